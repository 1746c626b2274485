namespace Reprocessing.Storage.Outcomes;

/// <summary>
/// The way of an attempt's end back to the job or run that asked for it. The order's own transaction leaves a note in its shard;
/// folding carries the notes to the items and the counts of their jobs and removes them.
/// </summary>
public interface IOutcomes
{
    /// <summary>Folds what is there. Several callers at once, or one that dies half way, count nothing twice.</summary>
    /// <returns>How many notes were folded.</returns>
    Task<int> FoldAsync(CancellationToken cancellationToken);
}

/// <remarks>
/// What happens when the process dies: before a job's transaction its notes are all there; after it they are there too, and are no
/// news to the items the next time, for an item knows the version of its order that it was told of; after the notes are deleted
/// there is nothing left to do. Two that fold at once meet at the items' ETags.
/// </remarks>
internal sealed class OutcomeFolding(StorageTables tables, TimeProvider time, ILogger<OutcomeFolding> logger) : IOutcomes
{
    private readonly JobOutcomes _jobs = new(tables, time);
    private readonly ShardNotes<OutcomeNote> _notes = new(tables, RowKeys.NoteLane, OutcomeNote.Read, logger);

    public async Task<int> FoldAsync(CancellationToken cancellationToken)
    {
        for (var total = 0; ;)
        {
            var shards = await _notes.ReadAsync(cancellationToken);
            var waiting = await TellAsync([.. shards.SelectMany(notes => notes)], cancellationToken);
            var folded = shards.Select(notes => notes.FindAll(note => !waiting.Contains(note.Note))).ToList();
            await _notes.DeleteAsync(folded, cancellationToken);
            var count = folded.Sum(notes => notes.Count);
            total += count;
            if (count == 0 || !ShardNotes<OutcomeNote>.MayBeMore(shards))
            {
                return total;
            }
        }
    }

    /// <returns>The notes that could not be told and stay.</returns>
    private async Task<HashSet<OutcomeNote>> TellAsync(List<StoredNote<OutcomeNote>> notes, CancellationToken cancellationToken)
    {
        HashSet<OutcomeNote> waiting = new(ReferenceEqualityComparer.Instance);
        var jobs = notes.SelectMany(stored => stored.Note.Told.Select(told => (told.JobId, News: new OutcomeNews(stored.Note, told.Outcome, told.ItemId ?? stored.Note.OrderId))));
        foreach (var job in jobs.GroupBy(pair => pair.JobId, pair => pair.News))
        {
            var left = await _jobs.TellAsync(job.Key, [.. job], cancellationToken);
            if (left.Count > 0)
            {
                Log.OutcomesWait(logger, job.Key, left.Count);
                waiting.UnionWith(left.Select(news => news.Note));
            }
        }

        return waiting;
    }
}

/// <summary>Left in an order's shard by the change that ended an attempt, in its transaction; gone once it is folded.</summary>
/// <param name="WorkflowId">The workflow that ended.</param>
/// <param name="Version">The order's, so that of two notes of one order the later one is known.</param>
internal sealed record OutcomeNote(string OrderId, string? WorkflowId, int Version, IReadOnlyList<AttemptOutcome> Told)
{
    /// <summary>Null when the change ended nothing that a job or run has asked for.</summary>
    public static TableEntity? Row(string partition, Order? before, Order after)
    {
        if (AttemptOutcome.Of(before, after) is not { Count: > 0 } told)
        {
            return null;
        }

        var row = new TableEntity(partition, RowKeys.Note(after.UpdatedAt, after.OrderId, after.Version)) { ["OrderId"] = after.OrderId };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(new OutcomeNote(after.OrderId, after.WorkflowId, after.Version, told)));
        return row;
    }

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static OutcomeNote Read(TableEntity row) => StorageJson.Read<OutcomeNote>(TextColumns.Read(row, OrderRows.Data));
}
