using Azure;
using Azure.Data.Tables;

namespace Embedded.DurableTask.Store;

/// <summary>
/// A hub in one table, named after it. The emulator's operations cost as much as their partition has rows, so there are more buckets
/// than a transaction needs to be full; its queries cost as much as the table has, so few rows are read one by one.
/// </summary>
internal sealed class TableTaskHubStore(TableServiceClient service, string hubName, int bucketCount = TableTaskHubStore.DefaultBucketCount)
    : ITaskHubStore
{
    public const int DefaultBucketCount = 16;

    private const string SettingsRow = "settings";
    private const string Buckets = "BucketCount";

    private readonly TableClient _table = service.GetTableClient(hubName + "State");
    private readonly LeaseRow _lease = new(service.GetTableClient(hubName + "State"));
    private readonly TableReads _reads = new(service.GetTableClient(hubName + "State"));

    public int BucketCount { get; private set; } = bucketCount;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _table.CreateIfNotExistsAsync(cancellationToken);
        var wished = new TableEntity(StoreKeys.LeasePartition, SettingsRow) { [Buckets] = BucketCount };
        if (!await TableCalls.TryAsync(() => _table.AddEntityAsync(wished, cancellationToken)))
        {
            var settings = await _table.GetEntityAsync<TableEntity>(
                StoreKeys.LeasePartition, SettingsRow, cancellationToken: cancellationToken);
            BucketCount = settings.Value.GetInt32(Buckets) ?? BucketCount;
        }
    }

    public Task<HubLease?> ReadLeaseAsync(CancellationToken cancellationToken) => _lease.ReadAsync(cancellationToken);

    public Task<bool> TryWriteLeaseAsync(HubLease lease, HubLease? replaces, CancellationToken cancellationToken) =>
        _lease.TryWriteAsync(lease, replaces, cancellationToken);

    public async Task<BucketFence> ReadFenceAsync(int bucket, CancellationToken cancellationToken)
    {
        var row = await _table.GetEntityIfExistsAsync<TableEntity>(
            StoreKeys.Partition(bucket), StoreKeys.FenceRow, cancellationToken: cancellationToken);
        return row is { HasValue: true, Value: { } fence } ? TableRows.ReadFence(bucket, fence) : new BucketFence(bucket, 0, 0, "");
    }

    public async Task<BucketFence?> TryTakeFenceAsync(BucketFence current, long token, CancellationToken cancellationToken)
    {
        var taken = current with { Token = token, Sequence = 0 };
        var row = TableRows.Fence(taken);
        var done = await TableCalls.TryAsync(() => current.Tag.Length == 0
            ? _table.AddEntityAsync(row, cancellationToken)
            : _table.UpdateEntityAsync(row, new ETag(current.Tag), TableUpdateMode.Replace, cancellationToken));
        return done ? await ReadFenceAsync(current.Bucket, cancellationToken) is var stored && stored.Token == token ? stored : null : null;
    }

    public async Task<CommitOutcome> CommitAsync(
        BucketFence fence, IReadOnlyList<IReadOnlyList<StoreWrite>> units, CancellationToken cancellationToken)
    {
        var next = fence with { Sequence = fence.Sequence + 1 };
        var partition = StoreKeys.Partition(fence.Bucket);
        var actions = new List<TableTransactionAction>(units.Count * 2)
        {
            new(TableTransactionActionType.UpdateReplace, TableRows.Fence(next), new ETag(fence.Tag)),
        };
        actions.AddRange(units.SelectMany(static unit => unit).Select(write => TableRows.Action(partition, write)));
        try
        {
            var answers = await _table.SubmitTransactionAsync(actions, cancellationToken);
            return new CommitOutcome.Applied(next with { Tag = answers.Value[0].Headers.ETag?.ToString() ?? "" });
        }
        catch (RequestFailedException exception) when (exception.Status is >= 400 and < 500 and not (408 or 429))
        {
            return await UnderstandAsync(exception, fence, units, cancellationToken);
        }
    }

    public async Task<InstanceHead?> ReadHeadAsync(string instanceId, CancellationToken cancellationToken) =>
        await _reads.FindAsync(PartitionOf(instanceId), StoreKeys.Head(instanceId), cancellationToken) is { } row ? HeadRow.Read(row) : null;

    public Task<HeadPage> ListHeadsAsync(HeadQuery query, CancellationToken cancellationToken) =>
        _reads.ListHeadsAsync(query, query.Bucket is { } bucket ? [bucket] : Enumerable.Range(0, BucketCount), cancellationToken);

    public Task<IReadOnlyList<HistoryRow>> ReadHistoryAsync(
        string instanceId, int generation, int rows, CancellationToken cancellationToken) =>
        new HistoryReader(_reads, PartitionOf(instanceId), instanceId, generation).ReadAsync(rows, cancellationToken);

    public Task<UnfinishedWork> ReadUnfinishedAsync(CancellationToken cancellationToken) => _reads.UnfinishedAsync(cancellationToken);

    /// <summary>
    /// The first question is always whether the commit is there already: the pipeline may have sent it twice, and then the second
    /// answer is a refusal of what the first one did.
    /// </summary>
    private async Task<CommitOutcome> UnderstandAsync(
        RequestFailedException exception, BucketFence fence, IReadOnlyList<IReadOnlyList<StoreWrite>> units, CancellationToken cancellationToken)
    {
        var current = await ReadFenceAsync(fence.Bucket, cancellationToken);
        if (fence.IsFollowedBy(current))
        {
            return new CommitOutcome.Applied(current);
        }

        if (current.Token != fence.Token || current.Tag != fence.Tag)
        {
            return new CommitOutcome.FenceLost();
        }

        var action = (exception as TableTransactionFailedException)?.FailedTransactionActionIndex;
        var reason = exception.Status switch
        {
            409 => RefusalReason.AlreadyExists,
            404 => RefusalReason.NotFound,
            _ => RefusalReason.Invalid,
        };
        return new CommitOutcome.Refused(action is > 0 ? UnitOf(units, action.Value - 1) : null, reason, exception.Message);
    }

    private static int? UnitOf(IReadOnlyList<IReadOnlyList<StoreWrite>> units, int write)
    {
        for (var index = 0; index < units.Count; index++)
        {
            if (write < units[index].Count)
            {
                return index;
            }

            write -= units[index].Count;
        }

        return null;
    }

    private string PartitionOf(string instanceId) => StoreKeys.Partition(StoreKeys.BucketOf(instanceId, BucketCount));
}
