using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Transactions;

namespace Reprocessing.Storage.Leases;

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
