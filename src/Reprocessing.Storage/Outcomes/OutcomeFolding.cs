using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Shards;
using Reprocessing.Storage.Transactions;

namespace Reprocessing.Storage.Outcomes;

/// <remarks>
/// What happens when the process dies: before a job's transaction its notes are all there; after it they are there too, and are no
/// news to the items the next time, for an item knows the version of its order that it was told of; after the notes are deleted
/// there is nothing left to do. Two that fold at once meet at the items' ETags.
/// </remarks>
internal sealed class OutcomeFolding(StorageTables tables, TimeProvider time, ILogger<OutcomeFolding> logger) : IOutcomes
{
    private const int NotesAShard = 100;

    private readonly JobOutcomes _jobs = new(tables, time);

    public async Task<int> FoldAsync(CancellationToken cancellationToken)
    {
        for (var total = 0; ;)
        {
            var shards = await Task.WhenAll(tables.Partitions.Select(partition => ReadAsync(partition, cancellationToken)));
            var waiting = await TellAsync([.. shards.SelectMany(notes => notes)], cancellationToken);
            var folded = shards.Select(notes => notes.FindAll(note => !waiting.Contains(note.Note))).ToList();
            await Task.WhenAll(folded.Select(notes => DeleteAsync(notes, cancellationToken)));
            var count = folded.Sum(notes => notes.Count);
            total += count;
            if (count == 0 || shards.All(notes => notes.Count < NotesAShard))
            {
                return total;
            }
        }
    }

    /// <returns>The notes that could not be told and stay.</returns>
    private async Task<HashSet<OutcomeNote>> TellAsync(List<StoredNote> notes, CancellationToken cancellationToken)
    {
        HashSet<OutcomeNote> waiting = new(ReferenceEqualityComparer.Instance);
        var jobs = notes.SelectMany(stored => stored.Note.Told.Select(told => (told.JobId, News: new OutcomeNews(stored.Note, told.Outcome))));
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

    /// <summary>The oldest notes of a shard. One that this version cannot read is passed over, for another host may.</summary>
    private async Task<List<StoredNote>> ReadAsync(string partition, CancellationToken cancellationToken)
    {
        List<StoredNote> notes = [];
        var range = new ShardRange(partition, RowKeys.NoteLane);
        await foreach (var row in tables.Orders.QueryAsync<TableEntity>(range.Filter, NotesAShard, cancellationToken: cancellationToken))
        {
            try
            {
                notes.Add(new(OutcomeNote.Read(row), row.PartitionKey, row.RowKey));
            }
            catch (BrokenRowException exception)
            {
                Log.NoteUnreadable(logger, partition, row.RowKey, exception.Message);
            }

            if (notes.Count == NotesAShard)
            {
                break;
            }
        }

        return notes;
    }

    /// <summary>One that is gone was deleted by another that has told it too.</summary>
    private async Task DeleteAsync(List<StoredNote> notes, CancellationToken cancellationToken) => await UnitSubmitter.SubmitAsync(
        tables.Orders,
        notes.ConvertAll(note => new Unit<StoredNote>(
            note, [new(TableTransactionActionType.Delete, new TableEntity(note.Partition, note.RowKey), ETag.All)])),
        cancellationToken);

    private sealed record StoredNote(OutcomeNote Note, string Partition, string RowKey);
}
