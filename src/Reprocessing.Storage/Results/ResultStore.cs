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

internal sealed class ResultStore(StorageTables tables) : IResultStore
{
    public async Task SaveAsync(RunRecord run, CancellationToken cancellationToken) =>
        await tables.Results.UpsertEntityAsync(ResultRows.Run(run), TableUpdateMode.Replace, cancellationToken);

    public async Task<RunRecord?> GetAsync(string runId, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var row = await tables.Results.GetEntityIfExistsAsync<TableEntity>(
            ResultRows.Runs, ResultRows.RunKey(startedAt, runId), cancellationToken: cancellationToken);
        return row.HasValue ? ResultRows.ReadRun(row.Value!) : null;
    }

    public async Task<Page<RunRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = ShardCursor.Parse(token) ?? string.Empty;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ResultRows.Runs} and RowKey gt {after}");
        List<RunRecord> runs = [];
        string? last = null;
        await foreach (var row in tables.Results.QueryAsync<TableEntity>(
            filter, Math.Min(limit + 1, 1_000), cancellationToken: cancellationToken))
        {
            if (runs.Count == limit)
            {
                return new(runs, last);
            }

            runs.Add(ResultRows.ReadRun(row));
            last = row.RowKey;
        }

        return new(runs, null);
    }

    public async Task SaveSkippedTickAsync(SkippedTick tick, CancellationToken cancellationToken) =>
        await tables.Results.UpsertEntityAsync(ResultRows.Tick(tick), TableUpdateMode.Replace, cancellationToken);

    public async Task<IReadOnlyList<DaySummary>> SummariseAsync(DateTimeOffset now, int days, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        var from = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1 - days);
        var summary = new SortedDictionary<DateOnly, DayCount>();
        await foreach (var row in ReadSinceAsync(ResultRows.Runs, from, cancellationToken))
        {
            DayOf(summary, row.GetDateTimeOffset("StartedAt")).AddRun(row);
        }

        await foreach (var row in ReadSinceAsync(ResultRows.Ticks, from, cancellationToken))
        {
            DayOf(summary, row.GetDateTimeOffset("At")).AddSkippedTick(row);
        }

        return [.. summary.Reverse().Select(day => day.Value.ToSummary(day.Key))];
    }

    private AsyncPageable<TableEntity> ReadSinceAsync(string partition, DateTimeOffset from, CancellationToken cancellationToken)
    {
        // A brace sorts after the bar that follows the time, so the first moment of the first day is within.
        var end = ResultRows.TimeKey(from) + "}";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey lt {end}");
        return tables.Results.QueryAsync<TableEntity>(filter, 1_000, DayCount.Columns, cancellationToken);
    }

    private static DayCount DayOf(SortedDictionary<DateOnly, DayCount> days, DateTimeOffset? moment)
    {
        var day = DateOnly.FromDateTime(moment.GetValueOrDefault().UtcDateTime);
        if (!days.TryGetValue(day, out var count))
        {
            days[day] = count = new();
        }

        return count;
    }
}

/// <summary>What the runs that started on a UTC day did.</summary>
/// <param name="SkippedTicks">By the reason's stable name.</param>
public sealed record DaySummary(
    DateOnly Day,
    int Runs,
    int FoundCount,
    int RestartedCount,
    int DlqCount,
    int ErrorCount,
    int SkippedCount,
    IReadOnlyDictionary<string, int> SkippedTicks);

internal sealed class DayCount
{
    private readonly SortedDictionary<string, int> _skippedTicks = new(StringComparer.Ordinal);
    private int _runs;
    private int _found;
    private int _restarted;
    private int _dlq;
    private int _errors;
    private int _skipped;

    /// <summary>What a summary needs of a row: counts and times, never the whole record.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["StartedAt", "FoundCount", "RestartedCount", "DlqCount", "ErrorCount", "SkippedCount", "At", "Reason"];

    public void AddRun(TableEntity row)
    {
        _runs++;
        _found += row.GetInt32("FoundCount").GetValueOrDefault();
        _restarted += row.GetInt32("RestartedCount").GetValueOrDefault();
        _dlq += row.GetInt32("DlqCount").GetValueOrDefault();
        _errors += row.GetInt32("ErrorCount").GetValueOrDefault();
        _skipped += row.GetInt32("SkippedCount").GetValueOrDefault();
    }

    public void AddSkippedTick(TableEntity row)
    {
        var reason = row.GetString("Reason") ?? string.Empty;
        _skippedTicks[reason] = _skippedTicks.GetValueOrDefault(reason) + 1;
    }

    public DaySummary ToSummary(DateOnly day) => new(day, _runs, _found, _restarted, _dlq, _errors, _skipped, _skippedTicks);
}
