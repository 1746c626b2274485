namespace Reprocessing.Domain.Imports;

/// <summary>The known columns of a CSV of orders; any other column is kept with the order as text.</summary>
public static class ImportColumns
{
    public const string OrderId = "orderId";
    public const string CustomerId = "customerId";
    public const string Priority = "priority";
    public const string PromisedDeliveryAt = "promisedDeliveryAt";
    public const string City = "shipping.city";
    public const string State = "shipping.state";
    public const string ShippingExtra = "shipping.extra";
    public const string Items = "items";

    /// <summary>For orders with one item, instead of <see cref="Items"/>.</summary>
    public const string Sku = "item.sku";
    public const string Quantity = "item.quantity";
    public const string Weight = "item.weight";
    public const string Extra = "extra";
    public const string FailureStatus = "failureStatus";
    public const string Reason = "reason";
    public const string WorkflowId = "workflowId";
    public const string FailedAt = "failedAt";

    public static IReadOnlyList<string> Exported { get; } =
    [
        OrderId, CustomerId, Priority, PromisedDeliveryAt, City, State, ShippingExtra, Items, Extra, FailureStatus, Reason, WorkflowId, FailedAt,
    ];

    /// <summary>Part of a failure, not of the order; read only in mode failed.</summary>
    public static IReadOnlyList<string> OfFailures { get; } = [FailureStatus, Reason, WorkflowId, FailedAt];

    public static IReadOnlyCollection<string> Members { get; } = [OrderId, CustomerId, Priority, PromisedDeliveryAt, "shipping", Items, .. OfFailures];

    public static IReadOnlyCollection<string> ShippingMembers { get; } = ["city", "state"];

    public static IReadOnlyCollection<string> ItemMembers { get; } = ["sku", "quantity", "weight"];

    private static readonly Dictionary<string, string> Known =
        Exported.Concat([Sku, Quantity, Weight]).ToDictionary(Plain, name => name, StringComparer.Ordinal);

    /// <summary>Accepts any spelling: <c>order_id</c>, <c>Order ID</c>. Null when the column is unknown.</summary>
    public static string? Find(string header) => Known.GetValueOrDefault(Plain(header));

    /// <summary>Names are told apart by their letters and digits alone.</summary>
    internal static string Plain(string header) => string.Concat(header.Where(letter => letter is not ('_' or '-' or ' '))).ToLowerInvariant();
}

public sealed record CsvHeader(IReadOnlyList<string> Columns)
{
    /// <summary>The header is stored with its import.</summary>
    public const int MaxBytes = 16 * 1024;

    public static CsvHeader Of(string text) => new([.. CsvText.Split(text).Select(name => ImportColumns.Find(name) ?? name.Trim())]);

    public static (CsvHeader? Header, string? Problem) Read(RawRecord? record)
    {
        if (record is null)
        {
            return (null, "There is no header row.");
        }

        if (record.Fault is not null || record.Content.Length > MaxBytes || RecordText.Decode(record.Content.Span) is not { } text)
        {
            return (null, $"The header row cannot be read: it must be well-formed CSV in UTF-8 of at most {MaxBytes} bytes.");
        }

        var header = Of(text);
        return Problem([.. header.Columns]) is { } problem ? (null, problem) : (header, null);
    }

    private static string? Problem(List<string> columns)
    {
        foreach (var (index, column) in columns.Index())
        {
            var path = column.Split('.');
            var problem = path.Any(string.IsNullOrWhiteSpace) ? $"Column {index + 1} of the header has no name."
                : path.Length >= StrictJson.MaxDepth ? $"Column {index + 1} of the header is {path.Length} levels deep; an order has at most {StrictJson.MaxDepth}."
                : column.Contains('\r', StringComparison.Ordinal) ? "The header row has carriage returns without line feeds: lines must end with LF or CRLF."
                : columns.IndexOf(column) < index ? $"The header names the column '{column}' twice."
                : columns.Find(other => other.StartsWith(column + ".", StringComparison.Ordinal)) is { } below
                    ? $"The header names both '{column}' and '{below}', which is a part of it."
                : null;
            if (problem is not null)
            {
                return problem;
            }
        }

        return columns.Contains(ImportColumns.Items) && columns.Exists(column => column.StartsWith("item.", StringComparison.Ordinal))
            ? $"The header names both '{ImportColumns.Items}' and columns of a single item."
            : !columns.Contains(ImportColumns.OrderId) ? $"The header does not name the column '{ImportColumns.OrderId}'."
            : null;
    }
}
