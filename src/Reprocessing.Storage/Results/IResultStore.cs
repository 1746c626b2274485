namespace Reprocessing.Storage.Results;

/// <summary>A row a run, kept while it runs and after; skipped ticks are counted beside them.</summary>
public interface IResultStore
{
    /// <summary>Adds the run or replaces what was known of it.</summary>
    Task SaveAsync(RunRecord run, CancellationToken cancellationToken);

    Task<RunRecord?> GetAsync(string runId, DateTimeOffset startedAt, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    Task<Page<RunRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    /// <summary>The same tick twice is one.</summary>
    Task SaveSkippedTickAsync(SkippedTick tick, CancellationToken cancellationToken);

    /// <summary>One entry a UTC day on which anything happened, newest first.</summary>
    /// <param name="days">With the day of <paramref name="now"/>.</param>
    Task<IReadOnlyList<DaySummary>> SummariseAsync(DateTimeOffset now, int days, CancellationToken cancellationToken);
}
