namespace Reprocessing.Domain.Orders;

/// <summary>What people and jobs do with dead letters. <see cref="Order.LastRun"/> stays: a concurrent run must still recognise its orders.</summary>
// failed ------- move -----> dead_letter (open) -- requeue --> pending_retry of a new generation
//                              |  ^        |
//                       escalate  move     cancel --> cancelled
//                              v  |
//                            dead_letter (escalated, or purged by force): cancel, or move to open it again;
//                                                                         escalated: requeue, too
public static class DeadLetterTransitions
{
    /// <summary>Starts a new generation with a retry count of 0; the attempts stay.</summary>
    public static Transition Requeue(Order order, RestartRequest request, AuditedAction action, DateTimeOffset now) => order.HasResolvableEntry
        ? Start(
            order with { Generation = order.Generation + 1, RetryCount = 0, EscalatedAt = null }, TimelineEventKind.Requeued, request, action, now)
        : NotOpen(order);

    public static Transition Restart(Order order, RestartRequest request, AuditedAction action, DateTimeOffset now) => order.Phase == OrderPhase.Failed
        ? Start(order with { RetryCount = order.RetryCount + 1 }, TimelineEventKind.Restarted, request, action, now)
        : OrderTransitions.NotFailed(order);

    /// <summary>Also an order whose workflow has not begun: one that begins late finds that the order is its own no more.</summary>
    public static Transition Move(Order order, AuditedAction action, DateTimeOffset now) => order switch
    {
        { IsOpenDeadLetter: true } => new Transition.Unchanged(),
        { StartDecidedAt: not null, WorkflowId: { } workflowId } => OrderTransitions.Then(
            order,
            OrderTransitions.Fail(
                order,
                OrderFailure.From(new(
                    order.OrderId, FailureStatuses.NotAcknowledged, workflowId, now, order.StartRetry?.Answer ?? "The attempt had not begun when the order was moved.")),
                now,
                now),
            failed => Move(failed, action, now)),
        { Phase: OrderPhase.Failed or OrderPhase.DeadLetter } => OrderTransitions.Step(
            OrderTransitions.Dead(order, now),
            OrderTransitions.EventOf(order, TimelineEventKind.DeadLettered, action, now) with { Detail = action.Reason ?? order.Failure?.Reason }),
        { HasEnded: true } => OrderTransitions.Over(order),
        _ => OrderTransitions.NotFailed(order),
    };

    public static Transition Escalate(Order order, AuditedAction action, DateTimeOffset now) => order.IsOpenDeadLetter
        ? OrderTransitions.Step(
            order with { EscalatedAt = now, Lease = null }, OrderTransitions.EventOf(order, TimelineEventKind.Escalated, action, now))
        : NotOpen(order);

    public static Transition Cancel(Order order, AuditedAction action, DateTimeOffset now) => order.Phase == OrderPhase.DeadLetter
        ? OrderTransitions.Cancelled(order, action, now)
        : NotOpen(order);

    /// <summary>Deletes the entry; the order stays a dead letter.</summary>
    public static Transition Purge(Order order, AuditedAction action, DateTimeOffset now) => order.DeadLetteredAt is not null
        ? OrderTransitions.Step(
            order with { DeadLetteredAt = null, PurgedBy = action.Owner, PurgedAt = now },
            OrderTransitions.EventOf(order, TimelineEventKind.Purged, action, now))
        : NotOpen(order);

    private static Transition.Applied Start(Order order, TimelineEventKind kind, RestartRequest request, AuditedAction action, DateTimeOffset now)
    {
        var next = OrderTransitions.WithAttempt(order, now, action.JobId, action.JobId is null ? null : request.JobAttempt);
        return OrderTransitions.Step(
            next with
            {
                Modifications = request.Modifications,
                Lease = request is { HoldUntil: { } until } && action.JobId is { } owner ? new(owner, until) : null,
            },
            OrderTransitions.EventOf(next, kind, action, now));
    }

    private static Transition.Refused NotOpen(Order order) =>
        new(Refusal.NotDeadLetter, $"Order {order.OrderId} is {order.Status} and has no open dead letter.");
}
