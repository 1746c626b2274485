namespace Reprocessing.Storage.Starts;

/// <summary>Starts that were decided and may have been lost in a crash.</summary>
public interface IPendingStarts
{
    /// <summary>Workflows that were to start before <paramref name="decidedBefore"/> and have not begun, oldest first in each shard.</summary>
    Task<Page<OrderStart>> ListAsync(DateTimeOffset decidedBefore, int limit, string? token, CancellationToken cancellationToken);
}

internal sealed class PendingStarts(StorageTables tables, ILogger<PendingStarts> logger) : IPendingStarts
{
    public Task<Page<OrderStart>> ListAsync(DateTimeOffset decidedBefore, int limit, string? token, CancellationToken cancellationToken)
    {
        var ranges = tables.Ranges(RowKeys.StartIndex, TableReads.ParseTimePosition(token), RowKeys.Ticks(decidedBefore.UtcTicks));
        return tables.Orders.MergeAsync(ranges, (limit * 3 / 2 / ranges.Count) + 5, cancellationToken)
            .Select(async (found, cancelled) => (Start: await ReadAsync(found.Row, cancelled), found.Position))
            .Where(found => found.Start is not null)
            .Select(found => (found.Start!, found.Position))
            .PageAsync(limit);
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
