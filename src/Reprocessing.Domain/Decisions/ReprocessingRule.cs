namespace Reprocessing.Domain.Decisions;

/// <summary>What one run goes by.</summary>
/// <param name="MaxRetries">Restarts an order gets; one failure more makes it a dead letter.</param>
/// <param name="FailureStatuses">Those that the run takes.</param>
public sealed record ReprocessingRule(string RunId, int MaxRetries, IReadOnlyCollection<string> FailureStatuses)
{
    /// <summary>Made on the order as it is stored at the moment of acting, never on what a listing said before.</summary>
    public ReprocessingDecision Decide(Order order, DateTimeOffset now)
    {
        if (order.LastRun?.RunId == RunId)
        {
            return new ReprocessingDecision.Skip(SkipReason.AlreadyInRun);
        }

        if (order.HasActiveWorkflow)
        {
            return new ReprocessingDecision.Skip(SkipReason.ActiveWorkflow);
        }

        if (order.Phase != OrderPhase.Failed || !FailureStatuses.Contains(order.Status))
        {
            return new ReprocessingDecision.Skip(SkipReason.NotFailed);
        }

        if (order.Lease?.Excludes(RunId, now) == true)
        {
            return new ReprocessingDecision.Skip(SkipReason.Leased);
        }

        if (order.DueAt > now)
        {
            return new ReprocessingDecision.Skip(SkipReason.NotDue);
        }

        return order.RetryCount < MaxRetries ? new ReprocessingDecision.Restart() : new ReprocessingDecision.DeadLetter();
    }
}

/// <summary>What a run does with an order.</summary>
public abstract record ReprocessingDecision
{
    private ReprocessingDecision()
    {
    }

    public sealed record Restart : ReprocessingDecision;

    public sealed record DeadLetter : ReprocessingDecision;

    public sealed record Skip(SkipReason Reason) : ReprocessingDecision;
}

/// <summary>Why a run left an order alone.</summary>
[JsonConverter(typeof(EnumNameConverter<SkipReason>))]
public enum SkipReason
{
    /// <summary>Another operation holds the order.</summary>
    Leased,

    /// <summary>No longer in one of the failure statuses that the run takes.</summary>
    NotFailed,

    ActiveWorkflow,

    /// <summary>The next retry is in the future.</summary>
    NotDue,

    /// <summary>Somebody else changed the order at the same moment.</summary>
    Changed,

    /// <summary>This run has touched the order already.</summary>
    AlreadyInRun,
}

/// <summary>What became of one order of a chunk.</summary>
public abstract record OrderOutcome
{
    private OrderOutcome(string orderId) => OrderId = orderId;

    public string OrderId { get; }

    /// <param name="Start">
    /// What to start the workflow with, unless it has begun already. Starting it twice does no harm: the instance id is the
    /// same, and a workflow that does not own its order ends at once.
    /// </param>
    public sealed record Restarted(string OrderId, string WorkflowId, OrderStart? Start) : OrderOutcome(OrderId);

    public sealed record DeadLettered(string OrderId) : OrderOutcome(OrderId);

    public sealed record Skipped(string OrderId, SkipReason Reason) : OrderOutcome(OrderId);

    /// <summary>The order's own data or row is at fault; the other orders of the chunk are not touched by it.</summary>
    public sealed record Failed(string OrderId, string Message) : OrderOutcome(OrderId);
}
