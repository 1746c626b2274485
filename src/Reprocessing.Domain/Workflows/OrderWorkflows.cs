namespace Reprocessing.Domain.Workflows;

public static class OrderWorkflows
{
    /// <summary>Its latest workflow and the one before. They follow from the order alone, so a later change's records replace an earlier one's.</summary>
    public static IReadOnlyList<WorkflowRecord> Changed(Order? before, Order after) =>
        before is not null && before.Status == after.Status && before.WorkflowId == after.WorkflowId ? [] : Of(after);

    public static IReadOnlyList<WorkflowRecord> Of(Order order)
    {
        var index = order.Attempts.ToList().FindLastIndex(attempt => attempt.WorkflowId == order.WorkflowId);
        if (index < 0 || !order.IsOurs(order.Attempts[index]))
        {
            return [];
        }

        List<WorkflowRecord> records = [Latest(order, order.Attempts[index])];
        if (index > 0 && order.Attempts[index - 1] is var previous && order.IsOurs(previous))
        {
            records[0] = records[0] with { PreviousInstance = previous.WorkflowId };
            records.Add(Left(order, previous, order.Attempts[index]));
        }

        return records;
    }

    private static WorkflowRecord Latest(Order order, Attempt attempt)
    {
        var status = order.Phase switch
        {
            OrderPhase.Pending or OrderPhase.PendingRetry => WorkflowStatus.Pending,
            OrderPhase.InProgress => WorkflowStatus.Running,
            OrderPhase.Completed => WorkflowStatus.Completed,
            OrderPhase.Cancelled when attempt.Failure is null => WorkflowStatus.Terminated,
            _ => WorkflowStatus.Failed,
        };
        var record = Record(order, attempt, status) with { OrderStatus = order.Status };
        return record.HasEnded ? record with { CloseTime = attempt.EndedAt ?? order.UpdatedAt } : record;
    }

    private static WorkflowRecord Left(Order order, Attempt attempt, Attempt next)
    {
        var status = attempt switch
        {
            { Failure: not null } => WorkflowStatus.Failed,
            { EndedAt: not null } => WorkflowStatus.Completed,

            // The order was taken from it.
            _ => WorkflowStatus.Terminated,
        };
        return Record(order, attempt, status) with
        {
            CloseTime = attempt.EndedAt ?? next.RequestedAt,
            OrderStatus = attempt.Failure?.Status ?? (status == WorkflowStatus.Completed ? EnumNames.Of(OrderPhase.Completed) : null),
            NextInstance = next.WorkflowId,
        };
    }

    private static WorkflowRecord Record(Order order, Attempt attempt, WorkflowStatus status) =>
        new(attempt.WorkflowId, WorkflowTypes.OrderFulfillment, status, attempt.RequestedAt)
        {
            OrderId = order.OrderId,
            CustomerId = order.CustomerId,
            RetryCount = attempt.Number,
            Generation = attempt.Generation,
            Version = order.Version,
        };
}
