using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Tests.Hosting;

internal enum Fault
{
    None,

    /// <summary>The call does nothing and fails.</summary>
    Before,

    /// <summary>The call does its work and its answer is lost.</summary>
    After,
}

/// <summary>A store whose calls fail as the test says, by their number.</summary>
/// <param name="inner">The store that is reached.</param>
/// <param name="fault">What happens to the n-th call, from zero.</param>
internal sealed class FaultyStore(ITaskHubStore inner, Func<int, Fault> fault) : ITaskHubStore
{
    private int _calls = -1;
    private volatile bool _dead;

    /// <summary>Whether every call after the first failing one fails: what a dead process sees, or nobody.</summary>
    public bool DiesAtFault { get; init; }

    /// <summary>Set when a fault has struck.</summary>
    public TaskCompletionSource Struck { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Calls => _calls + 1;

    public int BucketCount => inner.BucketCount;

    public Task OpenAsync(CancellationToken cancellationToken) => CallAsync(async () =>
    {
        await inner.OpenAsync(cancellationToken);
        return true;
    });

    public Task<HubLease?> ReadLeaseAsync(CancellationToken cancellationToken) => CallAsync(() => inner.ReadLeaseAsync(cancellationToken));

    public Task<bool> TryWriteLeaseAsync(HubLease lease, HubLease? replaces, CancellationToken cancellationToken) =>
        CallAsync(() => inner.TryWriteLeaseAsync(lease, replaces, cancellationToken));

    public Task<BucketFence> ReadFenceAsync(int bucket, CancellationToken cancellationToken) =>
        CallAsync(() => inner.ReadFenceAsync(bucket, cancellationToken));

    public Task<BucketFence?> TryTakeFenceAsync(BucketFence current, long token, CancellationToken cancellationToken) =>
        CallAsync(() => inner.TryTakeFenceAsync(current, token, cancellationToken));

    public Task<CommitOutcome> CommitAsync(
        BucketFence fence, IReadOnlyList<IReadOnlyList<StoreWrite>> units, CancellationToken cancellationToken) =>
        CallAsync(() => inner.CommitAsync(fence, units, cancellationToken));

    public Task<InstanceHead?> ReadHeadAsync(string instanceId, CancellationToken cancellationToken) =>
        CallAsync(() => inner.ReadHeadAsync(instanceId, cancellationToken));

    public Task<HeadPage> ListHeadsAsync(HeadQuery query, CancellationToken cancellationToken) =>
        CallAsync(() => inner.ListHeadsAsync(query, cancellationToken));

    public Task<IReadOnlyList<HistoryRow>> ReadHistoryAsync(
        string instanceId, int generation, int rows, CancellationToken cancellationToken) =>
        CallAsync(() => inner.ReadHistoryAsync(instanceId, generation, rows, cancellationToken));

    public Task<UnfinishedWork> ReadUnfinishedAsync(CancellationToken cancellationToken) =>
        CallAsync(() => inner.ReadUnfinishedAsync(cancellationToken));

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        // An answer never comes within the call.
        await Task.Yield();
        ThrowIfDead();
        var strikes = fault(Interlocked.Increment(ref _calls));
        if (strikes == Fault.None)
        {
            return await call();
        }

        _dead = DiesAtFault;
        try
        {
            return strikes == Fault.Before ? throw new IOException("The store was not reached.") : await LoseAsync(call);
        }
        finally
        {
            Struck.TrySetResult();
        }
    }

    private static async Task<T> LoseAsync<T>(Func<Task<T>> call)
    {
        await call();
        throw new IOException("The store's answer was lost.");
    }

    private void ThrowIfDead()
    {
        if (_dead)
        {
            throw new IOException("The process is dead.");
        }
    }
}
