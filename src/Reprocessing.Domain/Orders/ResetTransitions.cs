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

        var next = OrderTransitions.WithAttempt(
            order with { Generation = order.Generation + 1, RetryCount = 0 },
            now,
            action.JobId,
            action.JobId is null ? null : 1,
            action.JobId is null ? null : workflowId);
        return OrderTransitions.Step(
            next with
            {
                Checkpoint = CheckpointFor(order, rule.Type),
                Modifications = new(From: rule.Type == ResetType.LastWorkflowTask ? RestartPoint.FailedStage : RestartPoint.Beginning),
                EscalatedAt = null,
                Lease = null,
            },
            OrderTransitions.EventOf(next, TimelineEventKind.Reset, action, now) with
            {
                Detail = action.Reason is { } reason ? $"{EnumNames.Of(rule.Type)}: {reason}" : EnumNames.Of(rule.Type),
            });
    }

    /// <summary>Repeats the last stage of a completed order: otherwise there would be nothing to run.</summary>
    private static Stage? CheckpointFor(Order order, ResetType type) =>
        type != ResetType.LastWorkflowTask ? null
        : Stages.After(order.Checkpoint) is null ? Stages.All[^2]
        : order.Checkpoint;
}
