namespace Reprocessing.Storage.Outcomes;

/// <summary>Events that the changes of orders leave in their shards, in the changes' own transactions, until they are projected elsewhere.</summary>
/// <param name="index">The first letter of the events' keys.</param>
internal sealed class ShardOutbox<T>(StorageTables tables, char index, Func<TableEntity, T> parse, ILogger logger)
    where T : class
{
    private const int EventsAShard = 100;

    /// <summary>The first events of every shard, a list a shard. One that this version cannot read is passed over, for another host may.</summary>
    public Task<List<StoredEvent<T>>[]> ReadAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(tables.Ranges(index).Select(shard => ReadAsync(shard, cancellationToken)));

    /// <summary>Whether a shard may have more than was read.</summary>
    public static bool MayBeMore(IEnumerable<List<StoredEvent<T>>> shards) => shards.Any(events => events.Count >= EventsAShard);

    /// <summary>A missing event was projected by another host; one that was written again meanwhile is newer and stays.</summary>
    public Task DeleteAsync(IEnumerable<List<StoredEvent<T>>> shards, CancellationToken cancellationToken) =>
        Task.WhenAll(shards.Select(events => UnitSubmitter.SubmitAsync(
            tables.Orders,
            events.ConvertAll(one => new TransactionUnit<StoredEvent<T>>(
                one, [new(TableTransactionActionType.Delete, new TableEntity(one.Row.PartitionKey, one.Row.RowKey), one.Row.ETag)])),
            cancellationToken)));

    private async Task<List<StoredEvent<T>>> ReadAsync(KeyRange shard, CancellationToken cancellationToken) => await tables.Orders
        .ReadAsync(shard, cancellationToken, EventsAShard)
        .Select(row => StorageJson.TryRead(row, parse, logger) is { } parsed ? new StoredEvent<T>(parsed, row) : null)
        .OfType<StoredEvent<T>>()
        .Take(EventsAShard)
        .ToListAsync(cancellationToken);
}

internal sealed record StoredEvent<T>(T Event, TableEntity Row);
