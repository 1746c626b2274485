namespace Reprocessing.Domain.Imports;

/// <summary>The columns of a CSV of orders that mean something; every other one travels with the order as text.</summary>
public static class ImportColumns
{
    public const string OrderId = "orderId";
    public const string CustomerId = "customerId";
    public const string Priority = "priority";
    public const string PromisedDeliveryAt = "promisedDeliveryAt";
    public const string City = "shipping.city";
    public const string State = "shipping.state";

    /// <summary>A JSON object of further members of the address.</summary>
    public const string ShippingExtra = "shipping.extra";

    /// <summary>A JSON array of items.</summary>
    public const string Items = "items";

    /// <summary>Instead of <see cref="Items"/>, for orders of one item.</summary>
    public const string Sku = "item.sku";
    public const string Quantity = "item.quantity";
    public const string Weight = "item.weight";

    /// <summary>A JSON object of further members of the order.</summary>
    public const string Extra = "extra";

    public const string FailureStatus = "failureStatus";
    public const string Reason = "reason";
    public const string WorkflowId = "workflowId";
    public const string FailedAt = "failedAt";

    /// <summary>What an export writes, in this order.</summary>
    public static IReadOnlyList<string> Exported { get; } =
    [
        OrderId, CustomerId, Priority, PromisedDeliveryAt, City, State, ShippingExtra, Items, Extra, FailureStatus, Reason, WorkflowId, FailedAt,
    ];

    /// <summary>Of a failure, and so not of the order; read in mode failed only.</summary>
    public static IReadOnlyList<string> OfFailures { get; } = [FailureStatus, Reason, WorkflowId, FailedAt];

    private static readonly Dictionary<string, string> Known =
        Exported.Concat([Sku, Quantity, Weight]).ToDictionary(Plain, name => name, StringComparer.Ordinal);

    /// <summary>The column that a header means, whichever way it is written: <c>order_id</c>, <c>Order ID</c>. Null when it is none of these.</summary>
    public static string? Find(string header) => Known.GetValueOrDefault(Plain(header));

    private static string Plain(string header) => string.Concat(header.Where(letter => letter is not ('_' or '-' or ' '))).ToLowerInvariant();
}
