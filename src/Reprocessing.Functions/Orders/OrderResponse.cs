namespace Reprocessing.Functions.Orders;

internal sealed record OrderResponse(
    string OrderId,
    string CustomerId,
    string Status,
    int RetryCount,
    string? WorkflowId,
    Stage? Checkpoint,
    OrderFailure? Failure,
    DateTimeOffset? NextRetryAt,
    OrderSnapshot Snapshot,
    IReadOnlyList<Attempt> Attempts,
    int DeadLetterCount,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static string Path(string orderId) => $"/api/orders/{Uri.EscapeDataString(orderId)}";

    public static OrderResponse Of(Order order) => new(
        order.OrderId,
        order.CustomerId,
        order.Status,
        order.RetryCount,
        order.WorkflowId,
        order.Checkpoint,
        order.Failure,
        order.DueAt,
        order.Snapshot,
        order.Attempts,
        order.DeadLetterCount,
        order.Version,
        order.CreatedAt,
        order.UpdatedAt);
}

/// <summary>An order in a list: without attempts, and with what its failure is known by.</summary>
internal sealed record OrderRow(
    string OrderId,
    string CustomerId,
    string Status,
    Priority Priority,
    int RetryCount,
    string? WorkflowId,
    ErrorType? ErrorType,
    string? Reason,
    string? Fingerprint,
    DateTimeOffset? FailedAt,
    DateTimeOffset? NextRetryAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static OrderRow Of(Order order) => new(
        order.OrderId,
        order.CustomerId,
        order.Status,
        order.Snapshot.Priority,
        order.RetryCount,
        order.WorkflowId,
        order.Failure?.ErrorType,
        order.Failure?.Reason,
        order.Failure?.Fingerprint,
        order.Failure?.FailedAt,
        order.DueAt,
        order.CreatedAt,
        order.UpdatedAt);
}

internal static class ChangeOutcomes
{
    /// <summary>The order after the change, whether it was made now or before.</summary>
    public static Order OrderOf(this ChangeOutcome outcome, string orderId, string refused) => outcome switch
    {
        ChangeOutcome.Changed { Order: var order } => order,
        ChangeOutcome.Unchanged { Order: var order } => order,
        ChangeOutcome.Refused { Reason: var reason, Message: var message } => throw new ProblemException(
            Problems.Conflict(EnumNames.Of(reason), refused, message)),
        _ => throw new ProblemException(Problems.NotFound("order", orderId)),
    };
}

internal static class OrderIds
{
    /// <summary>The one escape that web servers leave in a route value as it is.</summary>
    private const string EscapedSlash = "%2F";

    public static void Check(string orderId) => RouteIds.Check(orderId.Replace(EscapedSlash, "/", StringComparison.OrdinalIgnoreCase), "orderId");
}
