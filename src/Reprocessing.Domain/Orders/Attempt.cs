using Reprocessing.Domain.Failures;

namespace Reprocessing.Domain.Orders;

/// <summary>One workflow's go at an order.</summary>
/// <param name="Number">0 is the first; the n-th restart is n. Starts again at 0 in each generation.</param>
public sealed record Attempt(int Number, int Generation, string WorkflowId, DateTimeOffset RequestedAt)
{
    /// <summary>The reprocessing run or the job that asked for it; null for the first, and when a person did.</summary>
    public string? RunId { get; init; }

    /// <summary>Which go of that job at the order it is; null of a run.</summary>
    public int? JobAttempt { get; init; }

    /// <summary>As what that job knows the order; null where its items are orders.</summary>
    public string? JobItem { get; init; }

    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>
    /// An outside service has it in hand, and no engine of this app knows its workflow. Null while it has not begun, and of those that
    /// began before this was kept.
    /// </summary>
    public bool? IsOutside { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public OrderFailure? Failure { get; init; }
}
