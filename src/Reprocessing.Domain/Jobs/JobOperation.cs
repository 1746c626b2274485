using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Jobs;

/// <summary>What a job does with each of its items.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobOperation>))]
public enum JobOperation
{
    /// <summary>The scheduled run: restart due orders, dead-letter those that have used up their retries.</summary>
    [JsonStringEnumMemberName("reprocess")]
    Reprocess,

    /// <summary>Take dead letters up anew.</summary>
    [JsonStringEnumMemberName("retry")]
    Retry,

    /// <summary>Close dead letters without a restart: cancelled or escalated.</summary>
    [JsonStringEnumMemberName("resolve")]
    Resolve,

    /// <summary>Delete dead-letter entries.</summary>
    [JsonStringEnumMemberName("purge")]
    Purge,

    /// <summary>Run workflows again from an earlier point.</summary>
    [JsonStringEnumMemberName("reset")]
    Reset,
}
