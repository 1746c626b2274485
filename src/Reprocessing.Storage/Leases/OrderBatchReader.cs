using Reprocessing.Storage.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Leases;

/// <summary>Many orders by id, side by side.</summary>
internal sealed class OrderBatchReader(StorageTables tables)
{
    private const int ReadsAtOnce = 16;

    /// <returns>Those that exist and can be read.</returns>
    public async Task<IReadOnlyList<StoredOrder>> ReadAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken)
    {
        var found = new StoredOrder?[orderIds.Count];
        await Parallel.ForAsync(
            0,
            orderIds.Count,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (index, token) => found[index] = await TryReadAsync(orderIds[index], token));
        return [.. found.OfType<StoredOrder>()];
    }

    private async Task<StoredOrder?> TryReadAsync(string orderId, CancellationToken cancellationToken)
    {
        try
        {
            return await OrderReader.ReadAsync(tables, orderId, withInput: false, cancellationToken);
        }
        catch (BrokenRowException)
        {
            // Told by whoever comes to work on it.
            return null;
        }
    }
}
