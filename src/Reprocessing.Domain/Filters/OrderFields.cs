using Field = Reprocessing.Domain.Filters.FieldsOf<Reprocessing.Domain.Orders.Order>;

namespace Reprocessing.Domain.Filters;

/// <summary>The fields of an order that a filter may use. Those that dead letters have as well are of the same name and meaning. An order's payload is its input.</summary>
public static class OrderFields
{
    public static FilterField OrderId { get; } = Field.Text("orderId", order => order.OrderId, "id");

    public static FilterField Status { get; } = Field.Choice("status", order => order.Status, Statuses);

    public static FilterField FailureStatus { get; } = Field.Choice("failureStatus", order => order.Failure?.Status, () => FailureStatuses.Names);

    public static FilterField ErrorType { get; } = Field.Choice<ErrorType>("errorType", order => order.Failure?.ErrorType);

    public static FilterField Fingerprint { get; } = Field.Text("fingerprint", order => order.Failure?.Fingerprint, "group");

    public static FilterField FailedAt { get; } = Field.Time("failedAt", order => order.Failure?.FailedAt);

    public static FilterField RetryCount { get; } = Field.Number("retryCount", order => order.RetryCount, "retries");

    public static FilterField CustomerId { get; } = Field.Text("customerId", order => order.CustomerId, "customer");

    public static FilterField Priority { get; } = Field.Choice<Priority>("priority", order => order.Snapshot.Priority);

    public static FilterField UpdatedAt { get; } = Field.Time("updatedAt", order => order.UpdatedAt);

    public static FieldCatalog Catalog { get; } = new(
        "orders",
        [
            OrderId,
            Status,
            FailureStatus,
            ErrorType,
            Field.Text("reason", order => order.Failure?.Reason),
            Fingerprint,
            FailedAt,
            new("age", FieldKind.Duration) { Since = FailedAt },
            Field.Time("nextRetryAt", order => order.DueAt, "dueAt"),
            RetryCount,
            CustomerId,
            Priority,
            Field.Text("workflowId", order => order.WorkflowId),
            Field.Time("createdAt", order => order.CreatedAt),
            UpdatedAt,
            Field.Search(order =>
                [order.OrderId, order.CustomerId, order.Status, order.Failure?.Reason, order.WorkflowId, order.Snapshot.ShippingCity, order.Snapshot.ShippingState]),
        ]);

    /// <summary>All that an order's status can be: its phase, or how it failed.</summary>
    public static IReadOnlyList<string> Statuses() => [.. EnumNames.All<OrderPhase>().Except([EnumNames.Of(OrderPhase.Failed)]), .. FailureStatuses.Names];
}
