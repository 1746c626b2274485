using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Hosting;

/// <summary>Something that waits in an instance's mailbox for its next turn.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Generation">The execution that asked for it; null for what comes from outside and concerns whichever execution is next.</param>
/// <param name="Sequence">The stored message that the turn consumes; null if none is stored.</param>
internal sealed record Arrival(HistoryEvent Event, int? Generation = null, string? Sequence = null)
{
    /// <summary>The open task that this answers; null for what comes from outside.</summary>
    public int? TaskId => Event switch
    {
        TaskCompleted completed => completed.TaskId,
        TaskFailed failed => failed.TaskId,
        TimerFired fired => fired.TaskId,
        SubOrchestrationCompleted completed => completed.TaskId,
        SubOrchestrationFailed failed => failed.TaskId,
        _ => null,
    };

    /// <summary>About how many characters it takes in the history.</summary>
    public int Length => 200 + (Event switch
    {
        ExecutionStarted started => started.Input?.Length ?? 0,
        TaskCompleted completed => completed.Result?.Length ?? 0,
        TaskFailed failed => LengthOf(failed.Failure),
        SubOrchestrationCompleted completed => completed.Result?.Length ?? 0,
        SubOrchestrationFailed failed => LengthOf(failed.Failure),
        EventRaised raised => raised.Input?.Length ?? 0,
        _ => 0,
    });

    private static int LengthOf(FailureRecord? failure) => failure is null
        ? 0
        : 100 + failure.ErrorMessage.Length + (failure.StackTrace?.Length ?? 0) + LengthOf(failure.InnerFailure);
}
