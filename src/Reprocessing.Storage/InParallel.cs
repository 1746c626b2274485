namespace Reprocessing.Storage;

public static class InParallel
{
    /// <summary>Works on several items at once; the results have the items' order.</summary>
    public static async Task<TResult[]> SelectParallelAsync<T, TResult>(
        this IReadOnlyList<T> items, int parallelism, Func<T, CancellationToken, Task<TResult>> select, CancellationToken cancellationToken)
    {
        var results = new TResult[items.Count];
        await Parallel.ForAsync(
            0,
            items.Count,
            new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken },
            async (index, token) => results[index] = await select(items[index], token));
        return results;
    }
}
