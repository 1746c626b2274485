namespace Reprocessing.Storage.Leases;

/// <summary>Keeps orders for one operation, without a change of the orders themselves.</summary>
public interface ILeases
{
    /// <summary>
    /// Takes what is free or the owner's already; a lease is made longer and never shorter. Whoever is refused an order finds that
    /// out again when it comes to the order, so nothing depends on the answer.
    /// </summary>
    /// <param name="wants">Orders that are to be held; others are left alone.</param>
    /// <returns>The ids that the owner holds now.</returns>
    Task<IReadOnlySet<string>> TakeAsync(
        string owner, IReadOnlyList<string> orderIds, DateTimeOffset until, Func<Order, bool> wants, CancellationToken cancellationToken);

    /// <summary>
    /// The same items in chunks of few shards, so that a transaction carries many; a chunk's items keep the order they came in.
    /// </summary>
    IReadOnlyList<ItemChunk> ByShard(IReadOnlyList<ItemRef> items, int chunkSize);
}

/// <summary>
/// A lease is written under the ETag of the order's row, and of a failed order on its due row too: a run that had read that row
/// loses against it, and one that comes later sees it.
/// </summary>
internal sealed class LeaseStore(StorageTables tables, TimeProvider time) : ILeases
{
    private const int MaxGoes = 3;

    private readonly OrderBatchReader _orders = new(tables);

    public async Task<IReadOnlySet<string>> TakeAsync(
        string owner, IReadOnlyList<string> orderIds, DateTimeOffset until, Func<Order, bool> wants, CancellationToken cancellationToken)
    {
        var held = new HashSet<string>(StringComparer.Ordinal);
        foreach (var shard in orderIds.Distinct(StringComparer.Ordinal).GroupBy(tables.PartitionOf))
        {
            List<string> ids = [.. shard];
            for (var go = 1; ids.Count > 0 && go <= MaxGoes; go++)
            {
                // Somebody was quicker, or the answer to this very change was lost: the orders tell which.
                ids = await TryTakeAsync(shard.Key, ids, order => wants(order) ? OrderLeases.Take(order, owner, until, time.GetUtcNow()) : null, held, cancellationToken);
            }
        }

        return held;
    }

    /// <returns>Those that changed meanwhile.</returns>
    private async Task<List<string>> TryTakeAsync(
        string partition, List<string> ids, Func<Order, Order?> take, HashSet<string> held, CancellationToken cancellationToken)
    {
        List<Unit<string>> units = [];
        foreach (var stored in await _orders.ReadAsync(ids, cancellationToken))
        {
            var order = stored.Order;
            if (take(order) is not { Lease: { } lease } leased)
            {
                continue;
            }

            held.Add(order.OrderId);
            if (order.Lease?.Owner != lease.Owner || order.Lease.Until < lease.Until)
            {
                units.Add(new(order.OrderId, new OrderChange(partition, stored, leased, [], null).Actions()));
            }
        }

        var refused = await UnitSubmitter.SubmitAsync(tables.Orders, units, cancellationToken);
        held.ExceptWith(refused.Select(refusal => refusal.Unit.Subject));
        return [.. refused.Where(refusal => refusal.IsConflict).Select(refusal => refusal.Unit.Subject)];
    }

    public IReadOnlyList<ItemChunk> ByShard(IReadOnlyList<ItemRef> items, int chunkSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSize, 1);
        return [.. items
            .GroupBy(item => tables.PartitionOf(item.Id))
            .SelectMany(shard => shard)
            .Chunk(chunkSize)
            .Select(chunk => new ItemChunk(chunk))];
    }
}

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
