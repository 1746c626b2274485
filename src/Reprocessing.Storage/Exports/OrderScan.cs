using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Exports;

internal sealed class OrderScan(StorageTables tables) : IOrderScan
{
    private const string Prefix = "o|";
    private const string OrderId = "OrderId";

    // Orders may be large, and a page is held as a whole.
    private const int PageSize = 200;

    /// <summary>Characters of what is wrong with a row.</summary>
    private const int MaxMessage = 200;

    private static readonly string[] Columns = ["PartitionKey", "RowKey", OrderId, .. OrderRows.HeadColumns, .. TextColumns.Names(OrderRows.Input, 8)];

    public async IAsyncEnumerable<ScannedRow> ReadAsync(
        string? status, OrderCursor from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var shard = from.Shard; shard < tables.Partitions.Count; shard++)
        {
            var filter = Filter(tables.Partitions[shard], shard == from.Shard ? from.After : string.Empty, status);
            await foreach (var row in tables.Orders.QueryAsync<TableEntity>(filter, PageSize, Columns, cancellationToken))
            {
                yield return Read(row, new(shard, row.RowKey));
            }
        }
    }

    private static string Filter(string partition, string after, string? status)
    {
        var (begin, end) = (after.Length > 0 ? after : Prefix, RowKeys.After(Prefix));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {begin} and RowKey lt {end}");
        return status is null ? filter : $"{filter} and {TableClient.CreateQueryFilter($"Status eq {status}")}";
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
            var orderId = row.TryGetValue(OrderId, out var value) ? value as string : null;
            return new ScannedRow.Broken(next, new($"{row.PartitionKey}/{row.RowKey}", orderId, RecordText.Cut(e.Message, MaxMessage)));
        }
    }
}
