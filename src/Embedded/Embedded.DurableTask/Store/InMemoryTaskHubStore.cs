using System.Globalization;

namespace Embedded.DurableTask.Store;

/// <summary>The store's contract in memory: the model that the table store is held to, and a fast hub for tests.</summary>
internal sealed class InMemoryTaskHubStore(int bucketCount = 4) : ITaskHubStore
{
    private readonly Lock _gate = new();
    private readonly Bucket[] _buckets =
        [.. Enumerable.Range(0, bucketCount).Select(index => new Bucket(new BucketFence(index, 0, 0, "0")))];

    private HubLease? _lease;

    public int BucketCount => _buckets.Length;

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<HubLease?> ReadLeaseAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_lease);
        }
    }

    public Task<bool> TryWriteLeaseAsync(HubLease lease, HubLease? replaces, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_lease != replaces)
            {
                return Task.FromResult(false);
            }

            _lease = lease;
            return Task.FromResult(true);
        }
    }

    public Task<BucketFence> ReadFenceAsync(int bucket, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_buckets[bucket].Fence);
        }
    }

    public Task<BucketFence?> TryTakeFenceAsync(BucketFence current, long token, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var bucket = _buckets[current.Bucket];
            return Task.FromResult(bucket.Fence == current ? bucket.Fence = Next(current, token, 0) : null);
        }
    }

    public Task<CommitOutcome> CommitAsync(
        BucketFence fence, IReadOnlyList<IReadOnlyList<StoreWrite>> units, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var bucket = _buckets[fence.Bucket];
            if (bucket.Fence != fence)
            {
                return Task.FromResult<CommitOutcome>(
                    fence.IsFollowedBy(bucket.Fence) ? new CommitOutcome.Applied(bucket.Fence) : new CommitOutcome.FenceLost());
            }

            if (bucket.Check(units) is { } refused)
            {
                return Task.FromResult<CommitOutcome>(refused);
            }

            foreach (var write in units.SelectMany(static unit => unit))
            {
                bucket.Apply(write);
            }

            bucket.Fence = Next(fence, fence.Token, fence.Sequence + 1);
            return Task.FromResult<CommitOutcome>(new CommitOutcome.Applied(bucket.Fence));
        }
    }

    public Task<InstanceHead?> ReadHeadAsync(string instanceId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(BucketOf(instanceId).Row<InstanceHead>(StoreKeys.Head(instanceId)));
        }
    }

    public Task<HeadPage> ListHeadsAsync(HeadQuery query, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var after = query.After is null ? StoreKeys.HeadPrefix : StoreKeys.Head(query.After);
            var found = _buckets
                .Where(bucket => query.Bucket is null || query.Bucket == bucket.Fence.Bucket)
                .SelectMany(static bucket => bucket.Rows)
                .Where(row => row.Value is InstanceHead head && string.CompareOrdinal(row.Key, after) > 0 && query.Matches(head))
                .OrderBy(static row => row.Key, StringComparer.Ordinal)
                .Take(query.PageSize + 1)
                .Select(row => (InstanceHead)row.Value)
                .Select(head => query.WithPayloads ? head : head with { Input = null, Output = null, CustomStatus = null, Failure = null, Recent = "" })
                .ToList();
            var page = found.Take(query.PageSize).ToList();
            return Task.FromResult(new HeadPage(page, found.Count > page.Count ? page[^1].InstanceId : null));
        }
    }

    public Task<IReadOnlyList<HistoryRow>> ReadHistoryAsync(
        string instanceId, int generation, int rows, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var bucket = BucketOf(instanceId);
            return Task.FromResult<IReadOnlyList<HistoryRow>>([.. Enumerable.Range(0, rows).Select(
                row => bucket.Row<HistoryRow>(StoreKeys.History(instanceId, generation, row))
                    ?? throw new InvalidDataException($"Row {row} of the history of '{instanceId}' is missing."))]);
        }
    }

    public Task<UnfinishedWork> ReadUnfinishedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(new UnfinishedWork(
                [.. InOrder<InstanceHead>().Where(static head => !head.HasEnded)], InOrder<StoredMessage>(), InOrder<OutboxBatch>()));
        }
    }

    private static BucketFence Next(BucketFence fence, long token, long sequence) => fence with
    {
        Token = token,
        Sequence = sequence,
        Tag = (long.Parse(fence.Tag, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture),
    };

    private List<T> InOrder<T>() =>
        [.. _buckets.SelectMany(static bucket => bucket.Rows).Where(static row => row.Value is T)
            .OrderBy(static row => row.Key, StringComparer.Ordinal).Select(static row => (T)row.Value)];

    private Bucket BucketOf(string instanceId) => _buckets[StoreKeys.BucketOf(instanceId, _buckets.Length)];

    private sealed class Bucket(BucketFence fence)
    {
        public BucketFence Fence { get; set; } = fence;

        public Dictionary<string, object> Rows { get; } = new(StringComparer.Ordinal);

        public T? Row<T>(string key)
            where T : class => Rows.GetValueOrDefault(key) as T;

        public CommitOutcome.Refused? Check(IReadOnlyList<IReadOnlyList<StoreWrite>> units)
        {
            var touched = new HashSet<string>(StringComparer.Ordinal);
            for (var index = 0; index < units.Count; index++)
            {
                foreach (var write in units[index])
                {
                    if (!touched.Add(write.RowKey))
                    {
                        return new CommitOutcome.Refused(index, RefusalReason.Invalid, $"The row {write.RowKey} occurs twice.");
                    }

                    var exists = Rows.ContainsKey(write.RowKey);
                    switch (write)
                    {
                        case StoreWrite.AddHead or StoreWrite.AddHistory when exists:
                            return new CommitOutcome.Refused(index, RefusalReason.AlreadyExists, $"The row {write.RowKey} exists.");
                        case StoreWrite.MergeHead or StoreWrite.DeleteHead or StoreWrite.DeleteHistory
                            or StoreWrite.DeleteMessage or StoreWrite.DeleteOutbox when !exists:
                            return new CommitOutcome.Refused(index, RefusalReason.NotFound, $"There is no row {write.RowKey}.");
                    }
                }
            }

            return null;
        }

        public void Apply(StoreWrite write)
        {
            object? row = write switch
            {
                StoreWrite.AddHead add => add.Head,
                StoreWrite.ReplaceHead replace => replace.Head,
                StoreWrite.MergeHead merge => ((InstanceHead)Rows[write.RowKey]).With(merge.Head, merge.Parts),
                StoreWrite.AddHistory add => add.Row,
                StoreWrite.PutMessage put => put.Message,
                StoreWrite.PutOutbox put => put.Batch,
                _ => null,
            };
            if (row is null)
            {
                Rows.Remove(write.RowKey);
            }
            else
            {
                Rows[write.RowKey] = row;
            }
        }
    }
}
