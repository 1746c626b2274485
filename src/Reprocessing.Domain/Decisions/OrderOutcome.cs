using Reprocessing.Domain.Orders;

namespace Reprocessing.Domain.Decisions;

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
