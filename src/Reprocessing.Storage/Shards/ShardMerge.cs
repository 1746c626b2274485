namespace Reprocessing.Storage.Shards;

/// <summary>
/// Reads ranges of many shards as one sequence in the order of their keys. Each range is read page by page and only as far
/// as the sequence is; the first pages of all are fetched side by side.
/// </summary>
internal static class ShardMerge
{
    public static async IAsyncEnumerable<TableEntity> ReadAsync(
        TableClient table,
        IReadOnlyList<ShardRange> ranges,
        int pageSize,
        IEnumerable<string>? columns = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<IAsyncEnumerator<TableEntity>> sources = [.. ranges.Select(range => table
            .QueryAsync<TableEntity>(range.Filter, Math.Clamp(pageSize, 1, 1_000), columns, cancellationToken)
            .GetAsyncEnumerator(cancellationToken))];
        try
        {
            var found = await Task.WhenAll(sources.Select(source => source.MoveNextAsync().AsTask()));
            var heads = new PriorityQueue<IAsyncEnumerator<TableEntity>, string>(StringComparer.Ordinal);
            foreach (var (source, any) in sources.Zip(found))
            {
                Enqueue(heads, source, any);
            }

            while (heads.TryDequeue(out var source, out _))
            {
                yield return source.Current;
                Enqueue(heads, source, await source.MoveNextAsync());
            }
        }
        finally
        {
            foreach (var source in sources)
            {
                await source.DisposeAsync();
            }
        }
    }

    private static void Enqueue(
        PriorityQueue<IAsyncEnumerator<TableEntity>, string> heads, IAsyncEnumerator<TableEntity> source, bool any)
    {
        if (any)
        {
            heads.Enqueue(source, ShardRange.Position(source.Current));
        }
    }
}

/// <summary>A part of one lane of one shard, in the order of its keys.</summary>
/// <param name="After">What follows the lane in the last key already seen; null from the lane's beginning.</param>
/// <param name="Before">What follows the lane in the first key that is out of it; null to the lane's end.</param>
/// <param name="Condition">A further OData condition on the rows; null for all.</param>
internal sealed record ShardRange(string Partition, char Lane, string? After = null, string? Before = null, string? Condition = null)
{
    public string Filter
    {
        get
        {
            var prefix = $"{Lane}|";
            var (from, to) = (prefix + After, Before is null ? RowKeys.After(prefix) : prefix + Before);
            var range = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {from} and RowKey lt {to}");
            return Condition is null ? range : $"{range} and {Condition}";
        }
    }

    /// <summary>What orders the rows of different shards and lanes: time, then id.</summary>
    public static string Position(TableEntity row) => row.RowKey[2..];
}

/// <summary>
/// How far a merged read has come. All shards are read in one order, so one position serves them all: nothing at or before
/// it is given again, whatever was added or moved meanwhile.
/// </summary>
internal static partial class ShardCursor
{
    /// <exception cref="FormatException">The text is no cursor of ours.</exception>
    public static string? Parse(string? text) => text is null || Shape().IsMatch(text)
        ? text
        : throw new FormatException("The cursor is none that was given out.");

    [GeneratedRegex("^[0-9]{19}\\|.", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Shape();
}
