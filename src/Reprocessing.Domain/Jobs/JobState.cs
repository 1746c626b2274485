namespace Reprocessing.Domain.Jobs;

[JsonConverter(typeof(EnumNameConverter<JobState>))]
public enum JobState
{
    Pending,
    Running,

    /// <summary>By an operator, or because too many items of a ramp step failed; see the reason.</summary>
    Paused,

    /// <summary>Nothing more begins; items in progress finish.</summary>
    Cancelling,

    Canceled,

    /// <summary>Every item was done; see the reason where it was only started, as was asked.</summary>
    Succeeded,

    CompletedWithFailures,

    /// <summary>No item failed, but some were left alone.</summary>
    CompletedWithSkips,

    /// <summary>The job itself failed or its circuit breaker gave up; the remaining items were not started.</summary>
    Failed,
}

public static class JobStates
{
    public static bool HasEnded(this JobState state) =>
        state is JobState.Canceled or JobState.Succeeded or JobState.CompletedWithFailures or JobState.CompletedWithSkips or JobState.Failed;
}

public sealed record JobEnd(JobState State, string? Reason)
{
    /// <summary>Nobody asked for the outcomes of what was started.</summary>
    public const string NotAwaited = "outcomes_not_awaited";

    public static JobEnd Of(JobOperation operation, ItemTally tally, int notStarted, StopReason? stopped, string? error) => stopped switch
    {
        _ when error is not null => new(JobState.Failed, error),
        StopReason.Failed or StopReason.QueryFailed or StopReason.CircuitOpen => new(JobState.Failed, EnumNames.Of(stopped.Value)),
        StopReason.Canceled => new(JobState.Canceled, null),
        _ when tally.Failed > 0 || notStarted > 0 => new(JobState.CompletedWithFailures, null),
        // A run passes over what somebody else works on, and the next one comes to it.
        _ when tally.Skipped > 0 && (operation != JobOperation.Reprocess || tally.Skipped == tally.Found) => new(JobState.CompletedWithSkips, null),
        StopReason.Deadline => new(JobState.Succeeded, EnumNames.Of(stopped.Value)),
        _ => new(JobState.Succeeded, tally.Started > 0 && operation != JobOperation.Reprocess ? NotAwaited : null),
    };
}
