using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Jobs;

[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>Stored; its orchestration has not begun.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>By an operator, or by itself when a ramp step failed too often; the reason is beside it.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>Nothing more is begun; what was under way is finished.</summary>
    [JsonStringEnumMemberName("cancelling")]
    Cancelling,

    [JsonStringEnumMemberName("canceled")]
    Canceled,

    /// <summary>No item failed.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    [JsonStringEnumMemberName("completed_with_failures")]
    CompletedWithFailures,

    /// <summary>The job itself broke, or its circuit breaker gave up; items that were not reached are untouched.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

public static class JobStates
{
    public static bool HasEnded(this JobState state) =>
        state is JobState.Canceled or JobState.Succeeded or JobState.CompletedWithFailures or JobState.Failed;
}
