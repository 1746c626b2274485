using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Imports;

/// <summary>All orders, one after another.</summary>
public interface IOrderScan
{
    /// <summary>Shard by shard, in order of id within one; a page of them in memory at a time.</summary>
    /// <param name="status">Published status; null for all.</param>
    IAsyncEnumerable<ScannedOrder> ReadAsync(string? status, CancellationToken cancellationToken);
}

public sealed record ScannedOrder(Order Order, OrderInput Input);

internal sealed class OrderScan(StorageTables tables) : IOrderScan
{
    private const string Prefix = "o|";

    // Orders may be large, and a page is held as a whole.
    private const int PageSize = 200;

    private static readonly string[] Columns = [.. OrderRows.HeadColumns, .. TextColumns.Names(OrderRows.Input, 8)];

    public async IAsyncEnumerable<ScannedOrder> ReadAsync(
        string? status, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var partition in tables.Partitions)
        {
            var to = RowKeys.After(Prefix);
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {Prefix} and RowKey lt {to}");
            var all = status is null ? filter : $"{filter} and {TableClient.CreateQueryFilter($"Status eq {status}")}";
            await foreach (var row in tables.Orders.QueryAsync<TableEntity>(all, PageSize, Columns, cancellationToken))
            {
                var stored = OrderRows.ReadOrder(row);
                yield return new(stored.Order, stored.ReadInput());
            }
        }
    }
}
