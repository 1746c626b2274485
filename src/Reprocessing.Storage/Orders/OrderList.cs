namespace Reprocessing.Storage.Orders;

public interface IOrderList
{
    Task<Page<Order>> ListAsync(OrderQuery query, int limit, string? token, CancellationToken cancellationToken);
}

/// <param name="IsFailing">Only failed orders, from the index of what is due: those first that are due first. Otherwise all orders, by id.</param>
/// <param name="Filter">Of <see cref="OrderFields.Catalog"/>; null for all. An order's input is its payload, and read only where nothing else decides.</param>
public sealed record OrderQuery(bool IsFailing, string? Status, FilterPredicate? Filter);

internal sealed class OrderList(StorageTables tables, PayloadFilter payloads, ILogger<OrderList> logger) : IOrderList
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
        if (!query.IsFailing && token?.Any(char.IsControl) == true)
        {
            throw new FormatException("The token was not given out for this query.");
        }

        var ranges = query.IsFailing ? FailingRanges(query, TableReads.ParseTimePosition(token)) : AllRanges(query, token);
        var pageSize = TableReads.PageSize(limit, tables.Partitions.Count);
        var orders =
            from found in tables.Orders.MergeAsync(ranges, pageSize, cancellationToken, Columns)
            let order = StorageJson.TryRead(found.Row, StorageJson.Read<Order>, logger)
            where order is not null
            select new Listed<Order>(order, found.Position);
        return payloads.Apply(orders, query.Filter, limit + 1, order => order.OrderId, order => new OrderSubject(order))
            .Select(listed => (listed.Item, listed.Position)).PageAsync(limit);
    }

    private List<KeyRange> FailingRanges(OrderQuery query, string? after)
    {
        var condition = Condition(query, DueColumns);
        return [.. tables.Ranges(RowKeys.DueIndex, after, condition: condition), .. tables.Ranges(RowKeys.PermanentIndex, after, condition: condition)];
    }

    private IReadOnlyList<KeyRange> AllRanges(OrderQuery query, string? after) =>
        tables.Ranges(RowKeys.OrderIndex, after, condition: Condition(query, OrderColumns));

    private static string? Condition(OrderQuery query, IReadOnlyDictionary<FilterField, string> columns)
    {
        var conditions = new[] { query.Status is { } status ? TableClient.CreateQueryFilter($"Status eq {status}") : null, FilterCondition.Of(query.Filter, columns) };
        return conditions.OfType<string>().ToList() is { Count: > 0 } all ? string.Join(" and ", all.Select(one => $"({one})")) : null;
    }
}
