namespace Reprocessing.Storage.DeadLetters;

/// <summary>The queue as it is read; what is done with it is <see cref="IDeadLetterActions"/>.</summary>
public interface IDeadLetters
{
    /// <summary>Null when the order has no entry.</summary>
    Task<FoundDeadLetter?> GetAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>An answer for each id, in the order given; null when there is no such order.</summary>
    Task<IReadOnlyList<OrderDeadLetter?>> FindAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken);

    /// <summary>Newest first over all shards; a page is as full as there are matches.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    Task<Page<DeadLetterEntry>> ListAsync(DeadLetterQuery query, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>All of them, newest first, read as they are taken: a queue of any size passes through.</summary>
    IAsyncEnumerable<DeadLetterEntry> ReadAsync(DeadLetterQuery query, CancellationToken cancellationToken);
}

/// <param name="Tag">Opaque; another one once the entry was written again.</param>
public sealed record FoundDeadLetter(DeadLetterEntry Entry, string Tag);

/// <param name="Entry">Null when the order has none.</param>
public sealed record OrderDeadLetter(string OrderId, DeadLetterEntry? Entry);

/// <summary>Which entries.</summary>
public sealed record DeadLetterQuery
{
    public DeadLetterScope Scope { get; init; } = DeadLetterScope.Unresolved;

    /// <summary>Null for all of the scope. An order's input is its payload, and read only where nothing else decides.</summary>
    public FilterPredicate? Filter { get; init; }
}

/// <summary>Entries by how they left the queue.</summary>
public sealed record DeadLetterScope
{
    private DeadLetterScope(string? condition) => Condition = condition;

    /// <summary>Those in the queue.</summary>
    public static DeadLetterScope Unresolved { get; } = new("Resolution eq ''");

    public static DeadLetterScope Resolved { get; } = new("Resolution ne ''");

    public static DeadLetterScope Any { get; } = new(condition: null);

    internal string? Condition { get; }

    public static DeadLetterScope Of(DeadLetterResolution resolution) =>
        new(TableClient.CreateQueryFilter($"Resolution eq {EnumNames.Of(resolution)}"));
}

internal sealed class DeadLetterStore(StorageTables tables, ILogger<DeadLetterStore> logger) : IDeadLetters
{
    private const int StreamPageSize = 100;
    private const int ReadsAtOnce = 16;

    private readonly DeadLetterSieve _sieve = new(tables);

    public async Task<FoundDeadLetter?> GetAsync(string orderId, CancellationToken cancellationToken)
    {
        var (_, stored) = await DeadLetterReader.ReadAsync(tables, orderId, cancellationToken);
        return stored is null ? null : new(stored.Entry, stored.ETag.ToString());
    }

    public async Task<IReadOnlyList<OrderDeadLetter?>> FindAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken)
    {
        var found = new OrderDeadLetter?[orderIds.Count];
        await Parallel.ForAsync(
            0,
            orderIds.Count,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                var (order, stored) = await DeadLetterReader.ReadAsync(tables, orderIds[index], token);
                found[index] = order is null ? null : new(orderIds[index], stored?.Entry);
            });
        return found;
    }

    public async Task<Page<DeadLetterEntry>> ListAsync(DeadLetterQuery query, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        List<DeadLetterEntry> entries = [];
        string? last = null;
        var pageSize = limit * 3 / 2 / tables.Partitions.Count + 5;
        var rows = RowsAsync(query, ShardCursor.Parse(token), pageSize, cancellationToken);
        await foreach (var listed in _sieve.SiftAsync(rows, query.Filter, limit + 1, cancellationToken))
        {
            if (entries.Count == limit)
            {
                return new(entries, last);
            }

            entries.Add(listed.Entry);
            last = listed.Position;
        }

        return new(entries, null);
    }

    public async IAsyncEnumerable<DeadLetterEntry> ReadAsync(
        DeadLetterQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = RowsAsync(query, after: null, StreamPageSize, cancellationToken);
        await foreach (var listed in _sieve.SiftAsync(rows, query.Filter, DeadLetterSieve.MaxWindow, cancellationToken))
        {
            yield return listed.Entry;
        }
    }

    private async IAsyncEnumerable<ListedDeadLetter> RowsAsync(
        DeadLetterQuery query, string? after, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var narrowing = DeadLetterNarrowing.Of(query.Filter);
        var from = DeadLetterNarrowing.Max(after, narrowing.After);
        var condition = string.Join(" and ", new[] { query.Scope.Condition, narrowing.Condition }.OfType<string>().Select(one => $"({one})"));
        List<ShardRange> ranges =
        [
            .. tables.Partitions.Select(partition => new ShardRange(
                partition, RowKeys.DeadLetterLane, from, narrowing.Before, condition.Length == 0 ? null : condition)),
        ];
        await foreach (var row in ShardMerge.ReadAsync(tables.Orders, ranges, pageSize, cancellationToken: cancellationToken))
        {
            if (DeadLetterRows.TryRead(row, logger) is { } entry)
            {
                yield return new(entry, ShardRange.Position(row));
            }
        }
    }
}
