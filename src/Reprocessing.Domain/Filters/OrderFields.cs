using Field = Reprocessing.Domain.Filters.FilterField<Reprocessing.Domain.Orders.Order>;

namespace Reprocessing.Domain.Filters;

/// <summary>The fields of an order that a filter may use. Those that dead letters have as well are of the same name and meaning.</summary>
public static class OrderFields
{
    public static FilterField OrderId { get; } = new Field("orderId", FieldKind.Text, order => FilterValue.Of(order.OrderId)) { Aliases = ["id"] };

    public static FilterField Status { get; } = new Field("status", FieldKind.Choice, order => FilterValue.Of(order.Status)) { ChoicesNow = Statuses };

    public static FilterField FailureStatus { get; } = new Field("failureStatus", FieldKind.Choice, order => FilterValue.Of(order.Failure?.Status))
    {
        ChoicesNow = () => FailureStatuses.Names,
    };

    public static FilterField ErrorType { get; } = new Field(
        "errorType", FieldKind.Choice, order => order.Failure is { } failure ? FilterValue.Of(EnumNames.Of(failure.ErrorType)) : null)
    {
        Choices = EnumNames.All<ErrorType>(),
    };

    public static FilterField Reason { get; } = new Field("reason", FieldKind.Text, order => FilterValue.Of(order.Failure?.Reason));

    public static FilterField Fingerprint { get; } = new Field("fingerprint", FieldKind.Text, order => FilterValue.Of(order.Failure?.Fingerprint))
    {
        Aliases = ["group"],
    };

    public static FilterField FailedAt { get; } = new Field("failedAt", FieldKind.Time, order => FilterValue.Of(order.Failure?.FailedAt));

    /// <summary>Time since the failure.</summary>
    public static FilterField Age { get; } = new("age", FieldKind.Duration) { Since = FailedAt };

    public static FilterField NextRetryAt { get; } = new Field("nextRetryAt", FieldKind.Time, order => FilterValue.Of(order.DueAt)) { Aliases = ["dueAt"] };

    public static FilterField RetryCount { get; } = new Field("retryCount", FieldKind.Number, order => FilterValue.Of((decimal)order.RetryCount))
    {
        Aliases = ["retries"],
    };

    public static FilterField CustomerId { get; } = new Field("customerId", FieldKind.Text, order => FilterValue.Of(order.CustomerId)) { Aliases = ["customer"] };

    public static FilterField Priority { get; } = new Field("priority", FieldKind.Choice, order => FilterValue.Of(EnumNames.Of(order.Snapshot.Priority)))
    {
        Choices = EnumNames.All<Priority>(),
    };

    public static FilterField WorkflowId { get; } = new Field("workflowId", FieldKind.Text, order => FilterValue.Of(order.WorkflowId));

    public static FilterField CreatedAt { get; } = new Field("createdAt", FieldKind.Time, order => FilterValue.Of(order.CreatedAt));

    public static FilterField UpdatedAt { get; } = new Field("updatedAt", FieldKind.Time, order => FilterValue.Of(order.UpdatedAt));

    /// <summary>All text of the order that people read, without its input.</summary>
    public static FilterField Text { get; } = new Field("text", FieldKind.Search, order => FilterValue.Of(string.Join(
        '\n', order.OrderId, order.CustomerId, order.Status, order.Failure?.Reason, order.WorkflowId, order.Snapshot.ShippingCity, order.Snapshot.ShippingState)));

    public static FieldCatalog Catalog { get; } = new(
        "orders",
        [
            OrderId, Status, FailureStatus, ErrorType, Reason, Fingerprint, FailedAt, Age, NextRetryAt, RetryCount, CustomerId, Priority, WorkflowId,
            CreatedAt, UpdatedAt, Text,
        ]);

    /// <summary>All that an order's status can be: its phase, or how it failed.</summary>
    public static IReadOnlyList<string> Statuses() => [.. EnumNames.All<OrderPhase>().Except([EnumNames.Of(OrderPhase.Failed)]), .. FailureStatuses.Names];
}

/// <summary>An order as filters see it. Its payload is its input.</summary>
public sealed class OrderSubject(Order order) : FilterSubject<Order>(order);
