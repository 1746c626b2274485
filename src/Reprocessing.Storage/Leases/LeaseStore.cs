namespace Reprocessing.Storage.Leases;

/// <summary>Keeps orders for one operation, without a change of the orders themselves.</summary>
public interface ILeases
{
    /// <summary>Leases orders that are free or the owner's already; a lease is never made shorter. The answer is a hint: the action checks again.</summary>
    Task<IReadOnlySet<string>> AcquireAsync(
        string owner, IReadOnlyList<string> orderIds, DateTimeOffset until, Func<Order, bool> wants, CancellationToken cancellationToken);

    Task<IReadOnlyDictionary<string, Lease>> FindAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken);

    /// <summary>The same items in chunks of few shards, so that a transaction carries many; items keep their order.</summary>
    IReadOnlyList<ItemChunk> ByShard(IReadOnlyList<ItemRef> items, int chunkSize);
}

/// <summary>A lease changes the order's row, and a failed order's due row too, so a run that has read that row before loses.</summary>
internal sealed class LeaseStore(StorageTables tables, TimeProvider time) : ILeases
{
    private const int MaxAttempts = 3;
    private const int ReadsAtOnce = 16;

    public async Task<IReadOnlySet<string>> AcquireAsync(
        string owner, IReadOnlyList<string> orderIds, DateTimeOffset until, Func<Order, bool> wants, CancellationToken cancellationToken)
    {
        var held = new HashSet<string>(StringComparer.Ordinal);
        foreach (var shard in orderIds.Distinct(StringComparer.Ordinal).GroupBy(tables.PartitionOf))
        {
            List<string> ids = [.. shard];
            for (var attempt = 1; ids.Count > 0 && attempt <= MaxAttempts; attempt++)
            {
                // Somebody was quicker, or the answer to this very change was lost: the orders tell which.
                ids = await TryAcquireAsync(shard.Key, ids, order => wants(order) ? OrderLeases.Take(order, owner, until, time.GetUtcNow()) : null, held, cancellationToken);
            }
        }

        return held;
    }

    public async Task<IReadOnlyDictionary<string, Lease>> FindAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken)
    {
        var found = await orderIds.Distinct(StringComparer.Ordinal).ToList().SelectParallelAsync(ReadsAtOnce, TryReadAsync, cancellationToken);
        var now = time.GetUtcNow();
        return found.OfType<StoredOrder>()
            .Where(stored => stored.Order.Lease?.Until > now)
            .ToDictionary(stored => stored.Order.OrderId, stored => stored.Order.Lease!, StringComparer.Ordinal);
    }

    private async Task<List<string>> TryAcquireAsync(
        string partition, List<string> ids, Func<Order, Order?> take, HashSet<string> held, CancellationToken cancellationToken)
    {
        List<TransactionUnit<string>> units = [];
        foreach (var stored in (await ids.SelectParallelAsync(ReadsAtOnce, TryReadAsync, cancellationToken)).OfType<StoredOrder>())
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

    private Task<StoredOrder?> TryReadAsync(string orderId, CancellationToken cancellationToken) =>
        OrderReader.TryReadAsync(tables, orderId, withInput: false, cancellationToken);
}
