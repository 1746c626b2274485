using Azure.Data.Tables;
using Reprocessing.Storage.Due;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Reprocessing;

/// <summary>The due rows of a chunk's orders in one shard: those that the query left at hand, the others by one range read.</summary>
internal sealed class DueRowReader(StorageTables tables, DueRowCache cache)
{
    public async Task<IReadOnlyDictionary<string, TableEntity>> ReadAsync(
        string partition, IReadOnlyList<DueOrder> orders, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
        List<string> missing = [];
        foreach (var key in orders.Select(KeyOf))
        {
            if (cache.Take(partition, key) is { } row)
            {
                rows[key] = row;
            }
            else
            {
                missing.Add(key);
            }
        }

        foreach (var lane in missing.GroupBy(key => key[0]))
        {
            await ReadRangeAsync(partition, lane.ToHashSet(StringComparer.Ordinal), rows, cancellationToken);
        }

        return rows;
    }

    public static string KeyOf(DueOrder order) => RowKeys.Due(order.DueTicks, order.OrderId, order.IsPermanent);

    private async Task ReadRangeAsync(
        string partition, HashSet<string> keys, Dictionary<string, TableEntity> rows, CancellationToken cancellationToken)
    {
        var (from, to) = (keys.Min(StringComparer.Ordinal), keys.Max(StringComparer.Ordinal));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey le {to}");
        await foreach (var row in tables.Orders.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if (keys.Contains(row.RowKey))
            {
                rows[row.RowKey] = row;
            }
        }
    }
}
