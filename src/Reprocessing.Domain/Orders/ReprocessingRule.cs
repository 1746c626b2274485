namespace Reprocessing.Domain.Orders;

/// <param name="MaxRetries">Restarts of an order; one more failure makes it a dead letter.</param>
public sealed record ReprocessingRule(string RunId, int MaxRetries, IReadOnlyCollection<string> FailureStatuses)
{
    /// <summary>Decides on the order as it is stored at that moment, never on an earlier listing.</summary>
    public ReprocessingDecision Decide(Order order, DateTimeOffset now) => ReasonToSkip(order, now) is { } reason ? new ReprocessingDecision.Skip(reason)
        : order.RetryCount < MaxRetries ? new ReprocessingDecision.Restart()
        : new ReprocessingDecision.DeadLetter();

    private SkipReason? ReasonToSkip(Order order, DateTimeOffset now) =>
        order.LastRun?.RunId == RunId ? SkipReason.AlreadyInRun
        : order.HasActiveWorkflow ? SkipReason.ActiveWorkflow
        : order.Phase != OrderPhase.Failed || !FailureStatuses.Contains(order.Status) ? SkipReason.NotFailed
        : order.Lease?.Excludes(RunId, now) == true ? SkipReason.Leased
        : order.DueAt > now ? SkipReason.NotDue
        : null;
}

public abstract record ReprocessingDecision
{
    public sealed record Restart : ReprocessingDecision;

    public sealed record DeadLetter : ReprocessingDecision;

    public sealed record Skip(SkipReason Reason) : ReprocessingDecision;
}

[JsonConverter(typeof(EnumNameConverter<SkipReason>))]
public enum SkipReason
{
    Leased,
    NotFailed,
    ActiveWorkflow,
    NotDue,

    /// <summary>Another writer changed the order at the same moment.</summary>
    Changed,

    AlreadyInRun,
}

public abstract record OrderOutcome(string OrderId)
{
    /// <param name="Start">Null when it is already running. Starting it twice does no harm: the id is the same, and a workflow that does not own its order ends at once.</param>
    public sealed record Restarted(string OrderId, string WorkflowId, OrderStart? Start) : OrderOutcome(OrderId);

    public sealed record DeadLettered(string OrderId) : OrderOutcome(OrderId);

    public sealed record Skipped(string OrderId, SkipReason Reason) : OrderOutcome(OrderId);

    /// <summary>The order's own data or row is at fault; the other orders of the chunk go on.</summary>
    public sealed record Failed(string OrderId, string Message) : OrderOutcome(OrderId);
}
