using Reprocessing.Domain.Resets;

namespace Reprocessing.Domain.Orders;

/// <summary>How an order's workflow is taken back to an earlier point, as a pure function.</summary>
/// <remarks>As those of dead letters it leaves <see cref="Order.LastRun"/> alone: a run that is under way must still know its own orders.</remarks>
// every phase but cancelled, and completed only when that is said -- reset --> pending_retry of a new generation
public static class ResetTransitions
{
    /// <param name="workflowId">The workflow that is to be reset: only the order's own is.</param>
    /// <param name="rule">Asked of the order itself too: an order is completed before its workflow has ended.</param>
    /// <param name="act">With the job that does it, if one does.</param>
    public static Transition Reset(Order order, string workflowId, ResetRule rule, Act act, DateTimeOffset now)
    {
        if (!string.Equals(order.WorkflowId, workflowId, StringComparison.Ordinal))
        {
            return new Transition.Refused(
                Refusal.Superseded, $"Order {order.OrderId} belongs to workflow {order.WorkflowId ?? "(none)"}, not to {workflowId}.");
        }

        if (order.Phase == OrderPhase.Cancelled || (order.Phase == OrderPhase.Completed && !rule.IncludeCompleted))
        {
            return OrderTransitions.Over(order);
        }

        var generation = order.Generation + 1;
        var next = WorkflowIds.For(order.OrderId, generation, retry: 0);
        var attempt = new Attempt(0, generation, next, now)
        {
            RunId = act.JobId,
            JobAttempt = act.JobId is null ? null : 1,
            JobItem = act.JobId is null ? null : workflowId,
        };
        var taken = OrderTransitions.WithAttempt(order with { Generation = generation, RetryCount = 0 }, attempt, now);
        return OrderTransitions.Step(
            taken with
            {
                Checkpoint = CheckpointFor(order, rule.Type),
                Modifications = new(From: rule.Type == ResetType.LastWorkflowTask ? RestartPoint.FailedStage : RestartPoint.Beginning),
                EscalatedAt = null,
                Lease = null,
            },
            new(order.EventCount, now, TimelineEventKind.Reset)
            {
                WorkflowId = next,
                RunId = act.JobId,
                Actor = act.By,
                Status = OrderStatus.PendingRetry,
                Detail = act.Reason is { } reason ? $"{StableNames.Of(rule.Type)}: {reason}" : StableNames.Of(rule.Type),
            });
    }

    /// <summary>Of a completed order the last stage is run again: with all stages done there would be nothing to run.</summary>
    private static Stage? CheckpointFor(Order order, ResetType type)
    {
        if (type != ResetType.LastWorkflowTask)
        {
            return null;
        }

        return Stages.After(order.Checkpoint) is null ? Stages.All[^2] : order.Checkpoint;
    }
}
