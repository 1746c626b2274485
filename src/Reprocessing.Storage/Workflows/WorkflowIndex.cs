using System.Collections.Frozen;

namespace Reprocessing.Storage.Workflows;

/// <summary>Every workflow that this application has started. A task hub cannot be queried so without reading all of it.</summary>
public interface IWorkflowIndex
{
    /// <summary>Takes in what the changes of orders have left; <see cref="QueryAsync"/> does it by itself for a first page.</summary>
    Task ProjectAsync(CancellationToken cancellationToken);

    /// <summary>As last recorded; call <see cref="ProjectAsync"/> before for what came since.</summary>
    Task<WorkflowRecord?> GetAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>Takes records in. One that is older than what is stored changes nothing, so they may come late, twice and in any order.</summary>
    Task RecordAsync(IReadOnlyList<WorkflowRecord> records, CancellationToken cancellationToken);

    /// <summary>A page of those that match, without their inputs: newest first, or by id where the query names ids. One that changes meanwhile may come twice or not at all.</summary>
    /// <param name="filter">Of <see cref="WorkflowFields.Catalog"/>; null for all.</param>
    Task<Page<WorkflowRecord>> QueryAsync(FilterPredicate? filter, int limit, string? token, CancellationToken cancellationToken);
}

/// <remarks>If the process dies, events are projected again and change nothing: a record knows its version. ETags decide between two that run at once.</remarks>
internal sealed class WorkflowIndex(StorageTables tables, TimeProvider time, ILogger<WorkflowIndex> logger) : IWorkflowIndex
{
    private const int MaxAttempts = 10;
    private const int ReadsAtOnce = 16;
    private const int MaxKnown = 10_000;

    /// <summary>Records as last read or written: an order's events tell again of its workflow before, which has not changed. Those with an input are too large.</summary>
    private readonly ConcurrentDictionary<string, StoredWorkflow> _known = new(StringComparer.Ordinal);

    /// <summary>UTC ticks; workflows that started later have not been seen here.</summary>
    private long _projectedAt = time.GetUtcNow().UtcTicks;

    private readonly ShardOutbox<WorkflowEvent> _outbox = new(tables, RowKeys.WorkflowEventIndex, logger);

    public async Task ProjectAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow().UtcTicks;
        await _outbox.DrainAsync(RecordAllAsync, cancellationToken);
        Volatile.Write(ref _projectedAt, begun);
    }

    public async Task<WorkflowRecord?> GetAsync(string instanceId, CancellationToken cancellationToken) =>
        await FindAsync(instanceId, cancellationToken) is { } row ? TryRead(row) : null;

    public async Task RecordAsync(IReadOnlyList<WorkflowRecord> records, CancellationToken cancellationToken)
    {
        var instances = records
            .GroupBy(record => record.InstanceId, (_, several) => several.Aggregate((stored, arrived) => arrived.Over(stored)))
            .GroupBy(record => WorkflowRows.PartitionOf(record.InstanceId));
        await Parallel.ForEachAsync(
            instances,
            new ParallelOptions { MaxDegreeOfParallelism = WorkflowRows.Partitions.Count, CancellationToken = cancellationToken },
            async (group, cancelled) => await RecordAsync(group.Key, [.. group], cancelled));
    }

    public async Task<Page<WorkflowRecord>> QueryAsync(FilterPredicate? filter, int limit, string? token, CancellationToken cancellationToken)
    {
        var range = WorkflowRange.Of(filter);
        var order = range.IsById ? WorkflowRows.InstancePrefix : WorkflowRows.StartedPrefix;
        TableReads.Checked(token, token is null || (token.Length > order.Length && token.StartsWith(order, StringComparison.Ordinal) && !token.Any(char.IsControl)));
        if (token is null)
        {
            // A list is as of its first page, as near as that can be.
            await ProjectAsync(cancellationToken);
        }

        var pageSize = TableReads.PageSize(limit, WorkflowRows.Partitions.Count);
        var page = await ReadAsync(filter, range, token?[order.Length..], pageSize, cancellationToken).PageAsync(limit);
        return page with { Next = page.Next is null ? null : order + page.Next };
    }

    private async Task<IReadOnlySet<WorkflowEvent>> RecordAllAsync(IReadOnlyList<WorkflowEvent> events, CancellationToken cancellationToken)
    {
        await RecordAsync([.. events.SelectMany(one => one.Records)], cancellationToken);
        return FrozenSet<WorkflowEvent>.Empty;
    }

    private IAsyncEnumerable<(WorkflowRecord Record, string Position)> ReadAsync(
        FilterPredicate? filter, WorkflowRange range, string? after, int pageSize, CancellationToken cancellationToken)
    {
        var rows = range.Ids is { } ids
            ? FindAsync(ids, after, cancellationToken)
            : tables.Workflows.MergeAsync(WorkflowRows.Ranges(range, after, WorkflowRows.Condition(filter)), pageSize, cancellationToken);
        return rows.ReadableAsync(StorageJson.Read<WorkflowRecord>, logger)
            .Where(found => filter?.Matches(found.Item) != false)
            .Select(found => (found.Item with { OriginalInput = null }, found.Position));
    }

    private async IAsyncEnumerable<(TableEntity Row, string Position)> FindAsync(
        IReadOnlyList<string> ids, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var positions = ids.Select(id => (Id: id, Position: RowKeys.Id(id))).Where(one => string.CompareOrdinal(one.Position, after) > 0);
        foreach (var some in positions.OrderBy(one => one.Position, StringComparer.Ordinal).Chunk(ReadsAtOnce))
        {
            var rows = await Task.WhenAll(some.Select(one => FindAsync(one.Id, cancellationToken)));
            foreach (var (one, row) in some.Zip(rows))
            {
                if (row is not null)
                {
                    yield return (row, one.Position);
                }
            }
        }
    }

    private Task<TableEntity?> FindAsync(string instanceId, CancellationToken cancellationToken) =>
        tables.Workflows.FindAsync(WorkflowRows.PartitionOf(instanceId), WorkflowRows.Instance(instanceId), cancellationToken);

    private WorkflowRecord? TryRead(TableEntity row) => StorageJson.TryRead(row, StorageJson.Read<WorkflowRecord>, logger);

    private async Task RecordAsync(string partition, List<WorkflowRecord> records, CancellationToken cancellationToken)
    {
        for (var attempt = 1; records.Count > 0; attempt++)
        {
            // What started after the last projection is not in the index, unless another process has projected it since: adding it finds that out.
            var unknown = attempt == 1 ? records.FindAll(record => record.StartTime.UtcTicks > Volatile.Read(ref _projectedAt)) : [];
            List<TransactionUnit<WorkflowRecord>> units =
                [.. unknown.Select(record => Unit(partition, record, stored: null))];
            var known = records.Except(unknown).ToList();
            var rows = await known.SelectParallelAsync(ReadsAtOnce, (record, token) => StoredAsync(record.InstanceId, attempt == 1, token), cancellationToken);
            units.AddRange(known.Zip(rows, (record, row) => Unit(partition, record, row)));
            var refused = await UnitSubmitter.SubmitAsync(tables.Workflows, units.FindAll(unit => unit.Actions.Count > 0), cancellationToken);
            var lost = refused.Where(one => !one.IsConflict || attempt == MaxAttempts).ToList();
            foreach (var one in lost)
            {
                // It must not stop the others. The look at the engine may find it again.
                Log.WorkflowNotIndexed(logger, one.Unit.Subject.InstanceId, one.Answer.Message);
            }

            // Another was quicker: what it left is read again.
            records = [.. refused.Except(lost).Select(one => one.Unit.Subject)];
        }
    }

    private async Task<StoredWorkflow?> StoredAsync(string instanceId, bool mayBeOld, CancellationToken cancellationToken) =>
        mayBeOld && _known.TryGetValue(instanceId, out var known) ? known
            : await FindAsync(instanceId, cancellationToken) is { } row ? new(TryRead(row), row.ETag)
            : null;

    private void Remember(WorkflowRecord record, ETag? etag)
    {
        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        if (record.OriginalInput is null && etag is { } version)
        {
            _known[record.InstanceId] = new(record, version);
        }
    }

    private TransactionUnit<WorkflowRecord> Unit(string partition, WorkflowRecord arrived, StoredWorkflow? stored)
    {
        // A record that cannot be read is written over; its copy is passed over by every reader.
        var record = arrived.Over(stored?.Record);
        if (stored is not null && record == stored.Record)
        {
            Remember(record, stored.ETag);
            return new(arrived, []);
        }

        var (first, started) = (WorkflowRows.Write(partition, WorkflowRows.Instance(record.InstanceId), record), WorkflowRows.Started(record));
        List<TableTransactionAction> actions =
        [
            stored is null ? new(TableTransactionActionType.Add, first) : new(TableTransactionActionType.UpdateReplace, first, stored.ETag),
            new(TableTransactionActionType.UpsertReplace, WorkflowRows.Write(partition, started, record with { OriginalInput = null })),
        ];
        if (stored?.Record is { } before && WorkflowRows.Started(before) is var old && old != started)
        {
            actions.Add(new(TableTransactionActionType.Delete, new TableEntity(partition, old), ETag.All));
        }

        return new(arrived, actions) { Written = etag => Remember(record, etag) };
    }

    /// <param name="Record">Null when it cannot be read.</param>
    private sealed record StoredWorkflow(WorkflowRecord? Record, ETag ETag);
}

/// <summary>Left in the order's shard by the transaction that changed the workflow, one row a workflow; gone once the index has it.</summary>
internal sealed record WorkflowEvent(IReadOnlyList<WorkflowRecord> Records)
{
    public static TableEntity? Row(string partition, Order? before, Order after) => OrderWorkflows.Changed(before, after) is { Count: > 0 } records
        ? new TableEntity(partition, RowKeys.WorkflowEvent(records[0].InstanceId)) { ["OrderId"] = after.OrderId }.WithJson(new WorkflowEvent(records))
        : null;
}
