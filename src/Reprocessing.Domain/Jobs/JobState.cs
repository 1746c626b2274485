using Reprocessing.Domain.Runs;

namespace Reprocessing.Domain.Jobs;

[JsonConverter(typeof(EnumNameConverter<JobState>))]
public enum JobState
{
    /// <summary>Stored; its orchestration has not begun.</summary>
    Pending,

    Running,

    /// <summary>By an operator, or by itself when a ramp step failed too often; the reason is beside it.</summary>
    Paused,

    /// <summary>Nothing more is begun; what was under way is finished.</summary>
    Cancelling,

    Canceled,

    /// <summary>No item failed.</summary>
    Succeeded,

    CompletedWithFailures,

    /// <summary>The job itself broke, or its circuit breaker gave up; items that were not reached are untouched.</summary>
    Failed,
}

public static class JobStates
{
    public static bool HasEnded(this JobState state) =>
        state is JobState.Canceled or JobState.Succeeded or JobState.CompletedWithFailures or JobState.Failed;
}

/// <summary>How a job has ended.</summary>
/// <param name="Reason">Null when the state says it all.</param>
public sealed record JobEnd(JobState State, string? Reason)
{
    /// <param name="tally">By the stored items.</param>
    /// <param name="untouched">Items that the job was to work on and that have no outcome.</param>
    /// <param name="stopped">Why the orchestration stopped.</param>
    /// <param name="error">What broke it.</param>
    public static JobEnd Of(ItemTally tally, int untouched, StopReason? stopped, string? error)
    {
        if (error is not null)
        {
            return new(JobState.Failed, error);
        }

        return stopped switch
        {
            StopReason.Failed or StopReason.QueryFailed or StopReason.CircuitOpen => new(JobState.Failed, StableNames.Of(stopped.Value)),
            StopReason.Canceled => new(JobState.Canceled, null),
            _ when tally.Failed > 0 || untouched > 0 => new(JobState.CompletedWithFailures, null),
            _ => new(JobState.Succeeded, stopped == StopReason.Deadline ? StableNames.Of(stopped.Value) : null),
        };
    }
}
