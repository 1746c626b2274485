using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Jobs;

/// <summary>Whether a restart helped: what became of the workflow that a job or run started.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BusinessOutcome>))]
public enum BusinessOutcome
{
    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>Failed with the fingerprint that it had before.</summary>
    [JsonStringEnumMemberName("failed_same")]
    FailedSame,

    /// <summary>Failed with another fingerprint.</summary>
    [JsonStringEnumMemberName("failed_new")]
    FailedNew,

    /// <summary>Once more out of the reach of runs, having been a dead letter before.</summary>
    [JsonStringEnumMemberName("dead_lettered_again")]
    DeadLetteredAgain,

    /// <summary>The order was cancelled while the attempt was under way.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

/// <summary>Counts of started items by outcome. Never fewer than were started: what has not ended is running.</summary>
public sealed record OutcomeCounts(
    int Running = 0, int Succeeded = 0, int FailedSame = 0, int FailedNew = 0, int DeadLetteredAgain = 0, int Cancelled = 0);
