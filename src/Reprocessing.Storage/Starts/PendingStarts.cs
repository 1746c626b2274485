namespace Reprocessing.Storage.Starts;

/// <summary>Starts that were decided and may have been lost in a crash.</summary>
public interface IPendingStarts
{
    /// <summary>Workflows that were to start before <paramref name="decidedBefore"/> and have not begun, oldest first in each shard.</summary>
    Task<Page<OrderStart>> ListAsync(DateTimeOffset decidedBefore, int limit, string? token, CancellationToken cancellationToken);
}

internal sealed class PendingStarts(StorageTables tables, ILogger<PendingStarts> logger) : IPendingStarts
{
    public async Task<Page<OrderStart>> ListAsync(
        DateTimeOffset decidedBefore, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var (after, before) = (ShardCursor.Parse(token), RowKeys.Ticks(decidedBefore.UtcTicks));
        List<ShardRange> ranges = [.. tables.Partitions.Select(partition => new ShardRange(partition, RowKeys.StartLane, after, before))];
        List<TableEntity> rows = [];
        var pageSize = limit * 3 / 2 / ranges.Count + 5;
        await foreach (var row in ShardMerge.ReadAsync(tables.Orders, ranges, pageSize, cancellationToken: cancellationToken))
        {
            rows.Add(row);
            if (rows.Count == limit)
            {
                break;
            }
        }

        List<OrderStart> starts = [];
        foreach (var row in rows)
        {
            if (await ReadAsync(row, cancellationToken) is { } start)
            {
                starts.Add(start);
            }
        }

        return new(starts, rows.Count == limit ? ShardRange.Position(rows[^1]) : null);
    }

    /// <returns>Null when the workflow has begun since, or the order cannot be read and so not be started.</returns>
    private async Task<OrderStart?> ReadAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var orderId = row.GetString("OrderId") ?? row.RowKey;
        try
        {
            var stored = await OrderReader.ReadAsync(tables, orderId, withInput: true, cancellationToken);
            return stored is not null && OrderRows.StartKey(stored.Order) == row.RowKey ? stored.ReadStart() : null;
        }
        catch (BrokenRowException exception)
        {
            Log.StartUnreadable(logger, orderId, exception.Message);
            return null;
        }
    }
}
