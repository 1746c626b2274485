namespace Reprocessing.Storage.Exports;

/// <summary>All orders, one after another.</summary>
public interface IOrderScan
{
    /// <summary>
    /// Shard by shard, in order of key within one; a page of them in memory at a time. An order that is there all the time is given once,
    /// however often it changes meanwhile.
    /// </summary>
    /// <param name="status">Published status; null for all.</param>
    IAsyncEnumerable<ScannedRow> ReadAsync(string? status, OrderCursor from, CancellationToken cancellationToken);
}
