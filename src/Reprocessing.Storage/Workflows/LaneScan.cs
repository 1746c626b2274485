namespace Reprocessing.Storage.Workflows;

/// <summary>Reads ranges as one sequence in the order of their positions, each page by page and only as far as the sequence is.</summary>
internal static class LaneScan
{
    private const int SideBySide = 32;

    public static async IAsyncEnumerable<(TableEntity Row, string Position)> ReadAsync(
        TableClient table,
        IReadOnlyList<LaneRange> ranges,
        LanePage page,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<Source> sources = [.. ranges.Select(range => new Source(
            range,
            table.QueryAsync<TableEntity>(range.Filter(page.After, page.Condition), Math.Clamp(page.Size, 1, 1_000), cancellationToken: cancellationToken)
                .GetAsyncEnumerator(cancellationToken)))];
        try
        {
            var heads = new PriorityQueue<Source, string>(StringComparer.Ordinal);
            foreach (var some in sources.Chunk(SideBySide))
            {
                var found = await Task.WhenAll(some.Select(source => source.Rows.MoveNextAsync().AsTask()));
                heads.EnqueueRange(some.Zip(found).Where(pair => pair.Second).Select(pair => (pair.First, pair.First.Position)));
            }

            while (heads.TryDequeue(out var source, out var position))
            {
                yield return (source.Rows.Current, position);
                if (await source.Rows.MoveNextAsync())
                {
                    heads.Enqueue(source, source.Position);
                }
            }
        }
        finally
        {
            foreach (var source in sources)
            {
                await source.Rows.DisposeAsync();
            }
        }
    }

    private sealed record Source(LaneRange Range, IAsyncEnumerator<TableEntity> Rows)
    {
        public string Position => Range.PositionOf(Rows.Current);
    }
}

/// <param name="After">The position after which to begin; null for all.</param>
/// <param name="Size">How many rows are fetched from a range at a time.</param>
internal sealed record LanePage(string? After, string? Condition, int Size);
