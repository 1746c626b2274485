namespace Reprocessing.Storage.Outcomes;

/// <summary>Notes that orders' changes leave in one lane of their shards.</summary>
internal sealed class ShardNotes<T>(StorageTables tables, char lane, Func<TableEntity, T> parse, ILogger logger)
{
    private const int NotesAShard = 100;

    /// <summary>The first notes of every shard, a list a shard. One that this version cannot read is passed over, for another host may.</summary>
    public Task<List<StoredNote<T>>[]> ReadAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(tables.Partitions.Select(partition => ReadAsync(partition, cancellationToken)));

    /// <summary>Whether a shard may have more than was read.</summary>
    public static bool MayBeMore(IEnumerable<List<StoredNote<T>>> shards) => shards.Any(notes => notes.Count >= NotesAShard);

    /// <summary>
    /// One that is gone was deleted by another that has told it too, and one that was written again meanwhile has news and stays.
    /// </summary>
    public Task DeleteAsync(IEnumerable<List<StoredNote<T>>> shards, CancellationToken cancellationToken) =>
        Task.WhenAll(shards.Select(notes => UnitSubmitter.SubmitAsync(
            tables.Orders,
            notes.ConvertAll(note => new Unit<StoredNote<T>>(
                note, [new(TableTransactionActionType.Delete, new TableEntity(note.Row.PartitionKey, note.Row.RowKey), note.Row.ETag)])),
            cancellationToken)));

    private async Task<List<StoredNote<T>>> ReadAsync(string partition, CancellationToken cancellationToken)
    {
        List<StoredNote<T>> notes = [];
        var range = new ShardRange(partition, lane);
        await foreach (var row in tables.Orders.QueryAsync<TableEntity>(range.Filter, NotesAShard, cancellationToken: cancellationToken))
        {
            try
            {
                notes.Add(new(parse(row), row));
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
}

internal sealed record StoredNote<T>(T Note, TableEntity Row);
