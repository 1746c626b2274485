using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Outcomes;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Workflows;

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
        var needsTypes = range is { Types: null, Lane: WorkflowLane.State or WorkflowLane.Started };
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
