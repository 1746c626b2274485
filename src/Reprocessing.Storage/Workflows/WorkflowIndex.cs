namespace Reprocessing.Storage.Workflows;

/// <summary>
/// Every workflow that this application has started, by what is asked about workflows. Kept by the application, because a task
/// hub cannot be asked so without reading all of it.
/// </summary>
public interface IWorkflowIndex
{
    /// <summary>Takes in what orders' changes have told; <see cref="QueryAsync"/> and <see cref="StreamAsync"/> do it themselves first.</summary>
    Task FoldAsync(CancellationToken cancellationToken);

    /// <summary>As last recorded; call <see cref="FoldAsync"/> before for what was told since.</summary>
    /// <returns>Null when there is none of that id.</returns>
    Task<WorkflowRecord?> GetAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>Takes records in. One that is older than what is stored changes nothing, so they may come late, twice and in any order.</summary>
    Task RecordAsync(IReadOnlyList<WorkflowRecord> records, CancellationToken cancellationToken);

    /// <summary>A page of those that match, without their inputs; in the order of the lane that the query is answered from.</summary>
    /// <param name="filter">Of <see cref="WorkflowFields.Catalog"/>; null for all.</param>
    /// <exception cref="FormatException">The token is none that was given out for such a query.</exception>
    Task<Page<WorkflowRecord>> QueryAsync(FilterPredicate? filter, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>
    /// All that match, some hundreds at a time and without their inputs. One whose state changes meanwhile may come twice or not at all.
    /// </summary>
    IAsyncEnumerable<IReadOnlyList<WorkflowRecord>> StreamAsync(FilterPredicate? filter, CancellationToken cancellationToken);
}

/// <remarks>
/// What happens when the process dies while it folds: the notes whose records are stored are there still, and are no news the next
/// time, for a record knows its version. Two that fold at once meet at the records' ETags.
/// </remarks>
internal sealed class WorkflowIndex(StorageTables tables, ILogger<WorkflowIndex> logger) : IWorkflowIndex
{
    private const int StreamedAtOnce = 500;
    private const int StreamPage = 250;

    private readonly WorkflowTypeBook _types = new(tables);
    private readonly WorkflowWriter _writer = new(tables, logger);
    private readonly ShardNotes<WorkflowNote> _notes = new(tables, RowKeys.WorkflowNoteLane, WorkflowNote.Read, logger);

    public async Task FoldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var shards = await _notes.ReadAsync(cancellationToken);
            await RecordAsync([.. shards.SelectMany(notes => notes).SelectMany(note => note.Note.Records)], cancellationToken);
            await _notes.DeleteAsync(shards, cancellationToken);
            if (!ShardNotes<WorkflowNote>.MayBeMore(shards))
            {
                return;
            }
        }
    }

    public async Task<WorkflowRecord?> GetAsync(string instanceId, CancellationToken cancellationToken)
    {
        var row = await tables.Workflows.GetEntityIfExistsAsync<TableEntity>(
            WorkflowRows.PartitionOf(instanceId), WorkflowRows.Instance(instanceId), cancellationToken: cancellationToken);
        return row.HasValue ? WorkflowRows.TryRead(row.Value!, logger) : null;
    }

    public async Task RecordAsync(IReadOnlyList<WorkflowRecord> records, CancellationToken cancellationToken)
    {
        await _types.AddAsync(records, cancellationToken);
        await _writer.RecordAsync(records, cancellationToken);
    }

    public async Task<Page<WorkflowRecord>> QueryAsync(FilterPredicate? filter, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var range = WorkflowPlanner.Plan(filter);
        var after = LaneCursor.PositionIn(token, range);
        if (after is null)
        {
            // A list is as of its first page, as near as that can be.
            await FoldAsync(cancellationToken);
        }

        List<WorkflowRecord> records = [];
        string? last = null;
        var page = new LanePage(after, LaneCondition.Of(filter), (limit * 3 / 2 / WorkflowRows.Partitions.Count) + 5);
        await foreach (var (record, position) in ReadAsync(filter, range, page, cancellationToken))
        {
            if (records.Count == limit)
            {
                return new(records, LaneCursor.Of(range, last!));
            }

            records.Add(record);
            last = position;
        }

        return new(records, null);
    }

    public async IAsyncEnumerable<IReadOnlyList<WorkflowRecord>> StreamAsync(
        FilterPredicate? filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await FoldAsync(cancellationToken);
        List<WorkflowRecord> records = [];
        var page = new LanePage(After: null, LaneCondition.Of(filter), StreamPage);
        await foreach (var (record, _) in ReadAsync(filter, WorkflowPlanner.Plan(filter), page, cancellationToken))
        {
            records.Add(record);
            if (records.Count == StreamedAtOnce)
            {
                yield return records;
                records = [];
            }
        }

        if (records.Count > 0)
        {
            yield return records;
        }
    }

    private async IAsyncEnumerable<(WorkflowRecord Record, string Position)> ReadAsync(
        FilterPredicate? filter, WorkflowRange range, LanePage page, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var needsTypes = range is { Types: null, Index: WorkflowIndexKind.State or WorkflowIndexKind.Started };
        var ranges = LaneRanges.Of(range, needsTypes ? await _types.ListAsync(cancellationToken) : []);
        await foreach (var (row, position) in LaneScan.ReadAsync(tables.Workflows, ranges, page, cancellationToken))
        {
            if (WorkflowRows.TryRead(row, logger) is { } record && filter?.Matches(new WorkflowSubject(record)) != false)
            {
                // An input can be large, and a list of workflows does not show it.
                yield return (record.OriginalInput is null ? record : record with { OriginalInput = null }, position);
            }
        }
    }
}

/// <summary>
/// What a change of an order has told of its workflow, left in the order's shard by the change's own transaction; gone once the index
/// has it. One row a workflow: whatever happens to it before the index looks costs the index one look.
/// </summary>
internal sealed record WorkflowNote(IReadOnlyList<WorkflowRecord> Records)
{
    /// <summary>Null when the change tells nothing of workflows.</summary>
    public static TableEntity? Row(string partition, Order? before, Order after)
    {
        if (OrderWorkflows.Changed(before, after) is not { Count: > 0 } records)
        {
            return null;
        }

        var row = new TableEntity(partition, RowKeys.WorkflowNote(records[0].InstanceId)) { ["OrderId"] = after.OrderId };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(new WorkflowNote(records)));
        return row;
    }

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static WorkflowNote Read(TableEntity row) => StorageJson.Read<WorkflowNote>(TextColumns.Read(row, OrderRows.Data));
}
