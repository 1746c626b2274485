namespace Reprocessing.Storage.Starts;

/// <summary>Starts that were decided and may have been lost in a crash.</summary>
public interface IPendingStarts
{
    /// <summary>Workflows that were to start before <paramref name="decidedBefore"/> and have not begun, oldest first.</summary>
    IAsyncEnumerable<OrderStart> ReadAsync(DateTimeOffset decidedBefore, CancellationToken cancellationToken);
}

internal sealed class PendingStarts(StorageTables tables, ILogger<PendingStarts> logger) : IPendingStarts
{
    private const int PageSize = 25;

    public IAsyncEnumerable<OrderStart> ReadAsync(DateTimeOffset decidedBefore, CancellationToken cancellationToken) => tables.Orders
        .MergeAsync(tables.Ranges(RowKeys.StartIndex, before: RowKeys.Ticks(decidedBefore.UtcTicks)), PageSize, cancellationToken)
        .Select(async (found, cancelled) => await ReadAsync(found.Row, cancelled))
        .OfType<OrderStart>();

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
