namespace Reprocessing.Storage.Outcomes;

/// <summary>Events that the changes of orders leave in their shards, in the changes' own transactions, until they are projected elsewhere.</summary>
internal sealed class ShardOutbox<T>(StorageTables tables, char index, ILogger logger)
    where T : class
{
    private const int EventsAShard = 100;

    /// <summary>Projects the events and deletes them, some of every shard at a time, until no more come.</summary>
    /// <param name="project">Gives back those that could not be projected and stay.</param>
    public async Task<int> DrainAsync(Func<IReadOnlyList<T>, CancellationToken, Task<IReadOnlySet<T>>> project, CancellationToken cancellationToken)
    {
        for (var total = 0; ;)
        {
            var shards = await Task.WhenAll(tables.Ranges(index).Select(shard => ReadAsync(shard, cancellationToken)));
            var waiting = await project([.. shards.SelectMany(events => events).Select(stored => stored.Event)], cancellationToken);
            var projected = Array.ConvertAll(shards, events => events.FindAll(stored => !waiting.Contains(stored.Event)));
            await Task.WhenAll(projected.Select(events => DeleteAsync(events, cancellationToken)));
            var count = projected.Sum(events => events.Count);
            total += count;
            if (count == 0 || shards.All(events => events.Count < EventsAShard))
            {
                return total;
            }
        }
    }

    /// <summary>The first events of a shard. One that this version cannot read is passed over, for another host may.</summary>
    private async Task<List<(T Event, TableEntity Row)>> ReadAsync(KeyRange shard, CancellationToken cancellationToken) => await tables.Orders
        .ReadAsync(shard, cancellationToken, EventsAShard)
        .Select(row => (Event: StorageJson.TryRead(row, StorageJson.Read<T>, logger)!, row))
        .Where(stored => stored.Event is not null)
        .Take(EventsAShard)
        .ToListAsync(cancellationToken);

    /// <summary>A missing event was projected by another host; one that was written again meanwhile is newer and stays.</summary>
    private async Task DeleteAsync(List<(T Event, TableEntity Row)> events, CancellationToken cancellationToken) => await UnitSubmitter.SubmitAsync(
        tables.Orders,
        events.ConvertAll(stored => new TransactionUnit<T>(
            stored.Event, [new(TableTransactionActionType.Delete, new TableEntity(stored.Row.PartitionKey, stored.Row.RowKey), stored.Row.ETag)])),
        cancellationToken);
}
