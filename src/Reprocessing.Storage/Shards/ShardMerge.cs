using System.Runtime.CompilerServices;
using Azure.Data.Tables;

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
