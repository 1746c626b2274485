using Azure.Data.Tables;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Storage.Orders;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Shards;

namespace Reprocessing.Storage.DeadLetters;

internal sealed class DeadLetterStore(StorageTables tables) : IDeadLetters
{
    public async Task<DeadLetterEntry?> GetAsync(string orderId, CancellationToken cancellationToken)
    {
        var order = await OrderReader.ReadAsync(tables, orderId, withInput: false, cancellationToken);
        if (order?.Order.DeadLetteredAt is not { } movedAt)
        {
            return null;
        }

        var row = await tables.Orders.GetEntityIfExistsAsync<TableEntity>(
            tables.PartitionOf(orderId), RowKeys.DeadLetter(movedAt, orderId), cancellationToken: cancellationToken);
        return row.HasValue ? DeadLetterRows.Read(row.Value!) : null;
    }

    public async Task<Page<DeadLetterEntry>> ListAsync(int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = ShardCursor.Parse(token);
        List<ShardRange> ranges = [.. tables.Partitions.Select(partition => new ShardRange(partition, RowKeys.DeadLetterLane, after))];
        List<DeadLetterEntry> entries = [];
        string? last = null;
        var pageSize = limit * 3 / 2 / ranges.Count + 5;
        await foreach (var row in ShardMerge.ReadAsync(tables.Orders, ranges, pageSize, cancellationToken: cancellationToken))
        {
            if (entries.Count == limit)
            {
                return new(entries, last);
            }

            entries.Add(DeadLetterRows.Read(row));
            last = ShardRange.Position(row);
        }

        return new(entries, null);
    }
}
