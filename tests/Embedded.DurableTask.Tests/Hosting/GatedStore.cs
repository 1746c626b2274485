using System.Collections.Concurrent;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>A store of one bucket whose commits wait until the gate is open; it remembers how many units each had.</summary>
internal sealed class GatedStore : ITaskHubStore
{
    private readonly InMemoryTaskHubStore _inner = new(1);
    private readonly ConcurrentQueue<int> _sizes = new();
    private volatile TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public IEnumerable<int> BatchSizes => _sizes;

    public int BucketCount => 1;

    public void Open() => _gate.TrySetResult();

    public void Shut() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task CalledAsync(int times) => TestHub.UntilAsync(() => Volatile.Read(ref _calls) >= times);

    public async Task<CommitOutcome> CommitAsync(
        BucketFence fence, IReadOnlyList<IReadOnlyList<StoreWrite>> units, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        await _gate.Task;
        _sizes.Enqueue(units.Count);
        return await _inner.CommitAsync(fence, units, cancellationToken);
    }

    public Task OpenAsync(CancellationToken cancellationToken) => _inner.OpenAsync(cancellationToken);

    public Task<HubLease?> ReadLeaseAsync(CancellationToken cancellationToken) => _inner.ReadLeaseAsync(cancellationToken);

    public Task<bool> TryWriteLeaseAsync(HubLease lease, HubLease? replaces, CancellationToken cancellationToken) =>
        _inner.TryWriteLeaseAsync(lease, replaces, cancellationToken);

    public Task<BucketFence> ReadFenceAsync(int bucket, CancellationToken cancellationToken) => _inner.ReadFenceAsync(bucket, cancellationToken);

    public Task<BucketFence?> TryTakeFenceAsync(BucketFence current, long token, CancellationToken cancellationToken) =>
        _inner.TryTakeFenceAsync(current, token, cancellationToken);

    public Task<InstanceHead?> ReadHeadAsync(string instanceId, CancellationToken cancellationToken) =>
        _inner.ReadHeadAsync(instanceId, cancellationToken);

    public Task<HeadPage> ListHeadsAsync(HeadQuery query, CancellationToken cancellationToken) => _inner.ListHeadsAsync(query, cancellationToken);

    public Task<IReadOnlyList<HistoryRow>> ReadHistoryAsync(
        string instanceId, int generation, int rows, CancellationToken cancellationToken) =>
        _inner.ReadHistoryAsync(instanceId, generation, rows, cancellationToken);

    public Task<UnfinishedWork> ReadUnfinishedAsync(CancellationToken cancellationToken) => _inner.ReadUnfinishedAsync(cancellationToken);
}
