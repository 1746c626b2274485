namespace Reprocessing.Storage.Orders;

/// <param name="IsFailing">Only failed orders, from the index of what is due: those first that are due first. Otherwise all orders, by id.</param>
/// <param name="Filter">Of <see cref="OrderFields.Catalog"/>; null for all. An order's input is its payload, and read only where nothing else decides.</param>
public sealed record OrderQuery(bool IsFailing, string? Status, FilterPredicate? Filter);

public sealed class OrderList(StorageTables tables, PayloadFilter payloads, ILogger<OrderList> logger)
{
    private static readonly string[] Columns = ["PartitionKey", "RowKey", .. TextColumns.Names(OrderRows.Data, 5)];

    private static readonly Dictionary<FilterField, string> DueColumns = new()
    {
        [OrderFields.OrderId] = "OrderId",
        [OrderFields.Status] = OrderRows.Status,
        [OrderFields.FailureStatus] = OrderRows.Status,
        [OrderFields.ErrorType] = DeadLetterRows.ErrorType,
        [OrderFields.Fingerprint] = DeadLetterRows.Fingerprint,
        [OrderFields.FailedAt] = DeadLetterRows.FailedAt,
    };

    private static readonly Dictionary<FilterField, string> OrderColumns = new()
    {
        [OrderFields.OrderId] = "OrderId",
        [OrderFields.CustomerId] = "CustomerId",
        [OrderFields.Status] = OrderRows.Status,
        [OrderFields.Priority] = "Priority",
        [OrderFields.RetryCount] = "RetryCount",
        [OrderFields.UpdatedAt] = "UpdatedAt",
    };

    public Task<Page<Order>> ListAsync(OrderQuery query, int limit, string? token, CancellationToken cancellationToken)
    {
        var columns = query.IsFailing ? DueColumns : OrderColumns;
        var after = query.IsFailing ? TableReads.ParseTimePosition(token) : TableReads.Checked(token, token?.Any(char.IsControl) != true);
        var condition = FilterCondition.All(
            query.Status is { } status ? TableClient.CreateQueryFilter($"Status eq {status}") : null, FilterCondition.Of(query.Filter, columns));
        char[] indexes = query.IsFailing ? [RowKeys.DueIndex, RowKeys.PermanentIndex] : [RowKeys.OrderIndex];
        List<KeyRange> ranges = [.. indexes.SelectMany(index => tables.Ranges(index, after, condition: condition))];
        var rows = tables.Orders.MergeAsync(ranges, TableReads.PageSize(limit, tables.Partitions.Count), cancellationToken, Columns);
        return payloads
            .Apply(rows.ReadableAsync(StorageJson.Read<Order>, logger), query.Filter, limit + 1, order => order.OrderId)
            .PageAsync(limit);
    }
}
