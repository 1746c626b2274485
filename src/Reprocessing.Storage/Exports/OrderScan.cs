namespace Reprocessing.Storage.Exports;

/// <param name="After">The last row key that was given; empty at the beginning of a shard.</param>
public sealed record OrderCursor(int Shard, string After)
{
    public static OrderCursor Start { get; } = new(0, string.Empty);
}

public abstract record ScannedRow(OrderCursor Next)
{
    public sealed record Read(OrderCursor Next, Order Order, OrderInput Input) : ScannedRow(Next);

    /// <summary>Written by hand, or by a version that this one does not know.</summary>
    public sealed record Broken(OrderCursor Next, SkippedRecord Row) : ScannedRow(Next);
}

public sealed class OrderScan(StorageTables tables)
{
    private static readonly string Prefix = $"{RowKeys.OrderIndex}|";
    private const string OrderId = "OrderId";

    // Orders may be large, and a page is held as a whole.
    private const int PageSize = 200;

    private const int MaxMessage = 200;

    private static readonly string[] Columns = ["PartitionKey", "RowKey", OrderId, .. OrderRows.HeadColumns, .. TextColumns.Names(OrderRows.Input, 8)];

    /// <summary>Shard by shard, by key. An order that exists all the time is given once, however often it changes.</summary>
    /// <param name="status">Published status, or <c>failed</c> for every failure status; null for all.</param>
    public async IAsyncEnumerable<ScannedRow> ReadAsync(
        string? status, OrderCursor from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var failed = EnumNames.Of(OrderPhase.Failed);
        var condition = status is null ? null
            : status != failed ? TableClient.CreateQueryFilter($"Status eq {status}")
            : string.Join(" and ", EnumNames.All<OrderPhase>().Where(phase => phase != failed).Select(phase => TableClient.CreateQueryFilter($"Status ne {phase}")));
        for (var shard = from.Shard; shard < tables.Partitions.Count; shard++)
        {
            var after = shard == from.Shard && from.After.Length > 0 ? from.After[Prefix.Length..] : null;
            var orders = new KeyRange(tables.Partitions[shard], Prefix, after, Condition: condition);
            await foreach (var row in tables.Orders.ReadAsync(orders, cancellationToken, PageSize, Columns))
            {
                yield return Read(row, new(shard, row.RowKey));
            }
        }
    }

    private static ScannedRow Read(TableEntity row, OrderCursor next)
    {
        try
        {
            var stored = OrderRows.ReadOrder(row);
            return new ScannedRow.Read(next, stored.Order, stored.ReadInput());
        }
        catch (InvalidOperationException e)
        {
            // A row without its input is broken as well, and is not told of by a type of its own.
            return new ScannedRow.Broken(next, new($"{row.PartitionKey}/{row.RowKey}", row[OrderId] as string, RecordText.Cut(e.Message, MaxMessage)));
        }
    }
}
