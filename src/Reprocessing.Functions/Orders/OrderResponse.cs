namespace Reprocessing.Functions.Orders;

internal sealed class OrderResponse(Order order, int maxRetries)
{
    public string OrderId => order.OrderId;
    public string CustomerId => order.CustomerId;
    public string Status => order.Status;
    public int RetryCount => order.RetryCount;
    [Description(OrderRow.MaxRetriesMeaning)]
    public int MaxRetries => maxRetries;
    public string? WorkflowId => order.WorkflowId;
    public Stage? Checkpoint => order.Checkpoint;
    public OrderFailure? Failure => order.Failure;
    public DateTimeOffset? NextRetryAt => order.DueAt;
    public OrderSnapshot Snapshot => order.Snapshot;
    public IReadOnlyList<Attempt> Attempts => order.Attempts;
    public int DeadLetterCount => order.DeadLetterCount;
    public int Version => order.Version;
    public DateTimeOffset CreatedAt => order.CreatedAt;
    public DateTimeOffset UpdatedAt => order.UpdatedAt;

    public static string Path(string orderId) => $"/api/orders/{Uri.EscapeDataString(orderId)}";
}

internal sealed class OrderRow(Order order, int maxRetries)
{
    public const string MaxRetriesMeaning = "Restarts by runs, as the settings are now; one more failure makes the order a dead letter. A retry by a job has a maximum of its own.";

    public string OrderId => order.OrderId;
    public string CustomerId => order.CustomerId;
    public string Status => order.Status;
    public Priority Priority => order.Snapshot.Priority;
    public int RetryCount => order.RetryCount;
    [Description(MaxRetriesMeaning)]
    public int MaxRetries => maxRetries;
    public string? WorkflowId => order.WorkflowId;
    public ErrorType? ErrorType => order.Failure?.ErrorType;
    public string? Reason => order.Failure?.Reason;
    public string? Fingerprint => order.Failure?.Fingerprint;
    public DateTimeOffset? FailedAt => order.Failure?.FailedAt;
    public DateTimeOffset? NextRetryAt => order.DueAt;
    public DateTimeOffset CreatedAt => order.CreatedAt;
    public DateTimeOffset UpdatedAt => order.UpdatedAt;
}

internal static class ChangeOutcomes
{
    public static Order OrderOf(this ChangeOutcome outcome, string orderId, string refused) => outcome switch
    {
        ChangeOutcome.Changed { Order: var order } => order,
        ChangeOutcome.Unchanged { Order: var order } => order,
        ChangeOutcome.Refused { Reason: var reason, Message: var message } => throw new ProblemException(
            Problems.Conflict(EnumNames.Of(reason), refused, message)),
        _ => throw new ProblemException(Problems.NotFound("order", orderId)),
    };
}
