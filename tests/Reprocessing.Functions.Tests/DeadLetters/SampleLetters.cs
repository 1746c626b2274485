namespace Reprocessing.Functions.Tests.DeadLetters;

internal static class SampleLetters
{
    public static DeadLetterEntry Entry(string orderId, string reason = "no picker") => new()
    {
        SchemaVersion = DeadLetterEntry.CurrentSchema,
        OrderId = orderId,
        CustomerId = "C1",
        OriginalWorkflowId = $"order-fulfillment-{orderId}",
        FinalFailureStatus = "picking_failed",
        FinalFailureReason = reason,
        ErrorType = ErrorType.CommandFailure,
        Fingerprint = "0123456789abcdef",
        FailedAt = Backlog.Start,
        TotalRetryAttempts = 5,
        RetryHistory = [new(0, 0, $"order-fulfillment-{orderId}", Backlog.Start)],
        OrderSnapshot = new(Priority.SameDay, ItemCount: 2, TotalWeight: 1.5m, ShippingCity: "Denver", ShippingState: "CO"),
        MovedToQueueAt = Backlog.Start.AddMinutes(1),
    };
}
