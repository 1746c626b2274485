using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;

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
