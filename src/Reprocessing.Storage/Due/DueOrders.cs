namespace Reprocessing.Storage.Due;

public interface IDueOrders
{
    Task<DueSlice> QueryAsync(DueQuery query, CancellationToken cancellationToken);

    Task<DueBacklog> CountAsync(ReprocessingRule rule, int atMost, CancellationToken cancellationToken);
}

/// <param name="Oldest">Since when the first of them has been due; null when there is none.</param>
public readonly record struct DueBacklog(int Count, DateTimeOffset? Oldest);

/// <param name="Cursor">Of the slice before; null for the first. What lies before it is never given again in this run.</param>
public sealed record DueQuery(ReprocessingRule Rule, int Limit, int ChunkSize, string? Cursor = null);

/// <summary>The oldest due orders. Small: it goes into an orchestration's history.</summary>
/// <param name="Chunks">Each with orders of few shards, so that a transaction carries many.</param>
public sealed record DueSlice(int Count, IReadOnlyList<DueChunk> Chunks, string? Cursor);

public sealed record DueChunk(IReadOnlyList<DueOrder> Orders);

/// <param name="DueTicks">UTC ticks; with the index and the id the key of the due row.</param>
public sealed record DueOrder(string OrderId, long DueTicks, bool IsPermanent = false);

internal sealed class DueOrders(StorageTables tables, DueRowCache cache, TimeProvider time) : IDueOrders
{
    /// <summary>The service takes 15 comparisons in a query; partition, both ends of the range and the run are among them.</summary>
    private const int MostStatusesInAQuery = 11;

    public async Task<DueSlice> QueryAsync(DueQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.ChunkSize, 1);
        var ranges = Ranges(query.Rule, TableReads.ParseTimePosition(query.Cursor));
        var found = await tables.Orders.MergeAsync(ranges, PageSize(query.Limit, ranges.Count), cancellationToken)
            .Where(one => IsWanted(one.Row, query.Rule)).Take(query.Limit).ToListAsync(cancellationToken);
        var rows = found.ConvertAll(one => one.Row);
        cache.Put(rows);
        return new(rows.Count, Chunks(rows, query.ChunkSize), found is [.., var (_, last)] ? last : query.Cursor);
    }

    public async Task<DueBacklog> CountAsync(ReprocessingRule rule, int atMost, CancellationToken cancellationToken)
    {
        var ranges = Ranges(rule, after: null);
        var due = await tables.Orders.MergeAsync(ranges, PageSize(atMost, ranges.Count), cancellationToken, ["RowKey", OrderRows.Status])
            .Where(one => IsWanted(one.Row, rule)).Take(atMost).Select(one => RowKeys.TicksIn(one.Row.RowKey)).ToListAsync(cancellationToken);
        return new(due.Count, due.FirstOrDefault(ticks => ticks is not null) is { } oldest ? new DateTimeOffset(oldest, TimeSpan.Zero) : null);
    }

    /// <summary>A hash spreads the oldest orders evenly: half as much again per shard saves a second page almost always.</summary>
    private static int PageSize(int limit, int ranges) => limit * 3 / 2 / Math.Max(ranges, 1) + 20;

    private List<KeyRange> Ranges(ReprocessingRule rule, string? after)
    {
        var before = RowKeys.Ticks(time.GetUtcNow().UtcTicks + 1);
        List<string> wanted = [.. rule.FailureStatuses];

        // Rows of other statuses stay where they are; the service passes over them, unless there are too many to name.
        var condition = Condition(rule.RunId, wanted);
        List<KeyRange> ranges = [.. tables.Ranges(RowKeys.DueIndex, after, before, condition)];
        if (wanted.Exists(name => !FailureStatuses.TryGet(name, out var status) || status.IsPermanent || status.IsOwn))
        {
            // A status of the settings may have been permanent when its order failed.
            ranges.AddRange(tables.Ranges(RowKeys.PermanentIndex, after, before, condition));
        }

        return ranges;
    }

    private static string Condition(string runId, List<string> statuses)
    {
        var ofOthers = TableClient.CreateQueryFilter($"RunId ne {runId}");
        return statuses.Count > MostStatusesInAQuery
            ? ofOthers
            : $"{ofOthers} and ({string.Join(" or ", statuses.Select(status => TableClient.CreateQueryFilter($"Status eq {status}")))})";
    }

    private static bool IsWanted(TableEntity row, ReprocessingRule rule) => rule.FailureStatuses.Contains(row.GetString(OrderRows.Status));

    /// <summary>Orders of one shard stand together; small shards share a chunk as long as it holds them whole.</summary>
    private static List<DueChunk> Chunks(List<TableEntity> rows, int chunkSize)
    {
        List<List<DueOrder>> chunks = [[]];
        foreach (var shard in rows.GroupBy(row => row.PartitionKey, Reference))
        {
            foreach (var piece in shard.Chunk(chunkSize))
            {
                if (chunks[^1].Count + piece.Length > chunkSize)
                {
                    chunks.Add([]);
                }

                chunks[^1].AddRange(piece);
            }
        }

        return [.. chunks.Where(chunk => chunk.Count > 0).Select(chunk => new DueChunk(chunk))];
    }

    // A row that was written by hand must not end the query: it goes along and becomes an error of its own.
    private static DueOrder Reference(TableEntity row) => new(
        row.GetString("OrderId") ?? row.RowKey,
        RowKeys.TicksIn(row.RowKey) ?? 0,
        row.RowKey[0] == RowKeys.PermanentIndex);
}

/// <summary>The due rows that the query has just read, for the chunks. A stale one is safe: every write is guarded by its ETag. Bounded.</summary>
internal sealed class DueRowCache
{
    private const int MaxRows = 2_000;

    private readonly ConcurrentDictionary<(string Partition, string RowKey), TableEntity> _rows = new();

    public void Put(IReadOnlyCollection<TableEntity> rows)
    {
        // What an earlier slice left was taken by nobody: its chunks ran elsewhere or never.
        if (_rows.Count + rows.Count > MaxRows)
        {
            _rows.Clear();
        }

        foreach (var row in rows.Take(MaxRows))
        {
            _rows[(row.PartitionKey, row.RowKey)] = row;
        }
    }

    public TableEntity? Take(string partition, string rowKey) => _rows.TryRemove((partition, rowKey), out var row) ? row : null;
}
