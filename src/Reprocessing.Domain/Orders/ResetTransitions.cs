namespace Reprocessing.Domain.Orders;

/// <summary>A reset leaves <see cref="Order.LastRun"/> alone: a concurrent run must still recognise its orders.</summary>
// every phase but cancelled, and completed only when that is said -- reset --> pending_retry of a new generation
public static class ResetTransitions
{
    /// <param name="rule">Checked against the order too: an order completes before its workflow ends.</param>
    public static Transition Reset(Order order, string workflowId, ResetRule rule, AuditedAction action, DateTimeOffset now)
    {
        if (!OrderTransitions.Owns(order, workflowId))
        {
            return OrderTransitions.NotYours(order, workflowId);
        }

        if (order.Phase == OrderPhase.Cancelled || (order.Phase == OrderPhase.Completed && !rule.IncludeCompleted))
        {
            return OrderTransitions.Over(order);
        }

        var generation = order.Generation + 1;
        var next = WorkflowIds.For(order.OrderId, generation, retry: 0);
        var attempt = new Attempt(0, generation, next, now)
        {
            RunId = action.JobId,
            JobAttempt = action.JobId is null ? null : 1,
            JobItem = action.JobId is null ? null : workflowId,
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
            OrderTransitions.EventOf(order, TimelineEventKind.Reset, action, now) with
            {
                WorkflowId = next,
                Detail = action.Reason is { } reason ? $"{EnumNames.Of(rule.Type)}: {reason}" : EnumNames.Of(rule.Type),
            });
    }

    /// <summary>Repeats the last stage of a completed order: otherwise there would be nothing to run.</summary>
    private static Stage? CheckpointFor(Order order, ResetType type) =>
        type != ResetType.LastWorkflowTask ? null
        : Stages.After(order.Checkpoint) is null ? Stages.All[^2]
        : order.Checkpoint;
}
