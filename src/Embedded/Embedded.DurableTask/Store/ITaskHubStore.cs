namespace Embedded.DurableTask.Store;

/// <summary>
/// A hub's durable state. Reads are open to anyone; writes of instances go through <see cref="CommitAsync"/> and need the bucket's
/// fence. Any method may throw when the store cannot be reached; then nobody knows whether a write was applied.
/// </summary>
internal interface ITaskHubStore
{
    /// <summary>How many buckets the hub has; known once it is open.</summary>
    int BucketCount { get; }

    /// <summary>Makes the hub if there is none. The number of buckets is fixed then: later wishes are ignored.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    Task<HubLease?> ReadLeaseAsync(CancellationToken cancellationToken);

    /// <summary>Writes the lease if the stored one still is what the caller has read; null if there was none.</summary>
    Task<bool> TryWriteLeaseAsync(HubLease lease, HubLease? replaces, CancellationToken cancellationToken);

    Task<BucketFence> ReadFenceAsync(int bucket, CancellationToken cancellationToken);

    /// <summary>Makes the token the bucket's owner if the fence still is what the caller has read; else null.</summary>
    Task<BucketFence?> TryTakeFenceAsync(BucketFence current, long token, CancellationToken cancellationToken);

    /// <summary>
    /// Applies all units or none; each row may occur once. Committing the same again with the same fence answers as the first time
    /// would have: that resolves a lost answer.
    /// </summary>
    Task<CommitOutcome> CommitAsync(BucketFence fence, IReadOnlyList<IReadOnlyList<StoreWrite>> units, CancellationToken cancellationToken);

    Task<InstanceHead?> ReadHeadAsync(string instanceId, CancellationToken cancellationToken);

    Task<HeadPage> ListHeadsAsync(HeadQuery query, CancellationToken cancellationToken);

    /// <summary>The rows of one generation, as many as its head says, in order.</summary>
    /// <exception cref="InvalidDataException">A row is missing.</exception>
    Task<IReadOnlyList<HistoryRow>> ReadHistoryAsync(string instanceId, int generation, int rows, CancellationToken cancellationToken);

    /// <summary>Everything that a hub has still to do, in one pass.</summary>
    Task<UnfinishedWork> ReadUnfinishedAsync(CancellationToken cancellationToken);
}
