namespace Reprocessing.Storage.Results;

/// <summary>The records of runs in the order of time, and the ticks that started none. A single run is read and changed as a job (<see cref="IJobStore"/>).</summary>
public interface IResultStore
{
    Task<Page<JobRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    /// <summary>The same tick twice is one.</summary>
    Task SaveSkippedTickAsync(SkippedTick tick, CancellationToken cancellationToken);

    Task<SkippedTick?> FindLastSkippedTickAsync(CancellationToken cancellationToken);

    /// <summary>One entry a UTC day on which anything happened, newest first.</summary>
    Task<IReadOnlyList<DaySummary>> SummariseAsync(DateTimeOffset now, int days, CancellationToken cancellationToken);
}

internal sealed class ResultStore(StorageTables tables) : IResultStore
{
    public async Task<Page<JobRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken) => await tables.Results
        .ReadAsync(new(ResultRows.Runs, string.Empty, TableReads.ParseTimePosition(token)), cancellationToken, limit + 1)
        .Select(row => (StorageJson.Read<JobRecord>(row), row.RowKey))
        .PageAsync(limit);

    public async Task SaveSkippedTickAsync(SkippedTick tick, CancellationToken cancellationToken) =>
        await tables.Results.UpsertEntityAsync(ResultRows.Tick(tick), TableUpdateMode.Replace, cancellationToken);

    public async Task<SkippedTick?> FindLastSkippedTickAsync(CancellationToken cancellationToken) =>
        await tables.Results.ReadAsync(new(ResultRows.Ticks, string.Empty), cancellationToken, pageSize: 1).FirstOrDefaultAsync(cancellationToken) is { } row
        && row.EnumOf<TickSkipReason>("Reason") is { } reason
            ? new(row.GetDateTimeOffset("At").GetValueOrDefault(), reason)
            : null;

    public async Task<IReadOnlyList<DaySummary>> SummariseAsync(DateTimeOffset now, int days, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        var from = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1 - days);
        var runs = await ReadByDayAsync(ResultRows.Runs, "StartedAt", from, cancellationToken);
        var ticks = await ReadByDayAsync(ResultRows.Ticks, "At", from, cancellationToken);
        return [.. runs.Select(day => day.Key).Union(ticks.Select(day => day.Key)).OrderDescending().Select(Summarise)];

        DaySummary Summarise(DateOnly day)
        {
            var skipped = ticks[day].CountBy(row => row.Text("Reason"));
            return new(
                day,
                runs[day].Count(),
                Sum("FoundCount"),
                Sum("RestartedCount"),
                Sum("DlqCount"),
                Sum("ErrorCount"),
                Sum("SkippedCount"),
                new SortedDictionary<string, int>(skipped.ToDictionary(), StringComparer.Ordinal));

            int Sum(string column) => runs[day].Sum(row => row.Number(column));
        }
    }

    private async Task<ILookup<DateOnly, TableEntity>> ReadByDayAsync(
        string partition, string timeColumn, DateTimeOffset from, CancellationToken cancellationToken)
    {
        string[] columns = [timeColumn, "FoundCount", "RestartedCount", "DlqCount", "ErrorCount", "SkippedCount", "Reason"];
        var rows = await tables.Results.ReadAsync(ResultRows.Since(partition, from), cancellationToken, columns: columns).ToListAsync(cancellationToken);
        return rows.ToLookup(row => DateOnly.FromDateTime(row.GetDateTimeOffset(timeColumn).GetValueOrDefault().UtcDateTime));
    }
}

public sealed record DaySummary(
    DateOnly Day,
    int Runs,
    int FoundCount,
    int RestartedCount,
    int DlqCount,
    int ErrorCount,
    int SkippedCount,
    IReadOnlyDictionary<string, int> SkippedTicks);

/// <summary>A tick of the schedule that started no run.</summary>
public sealed record SkippedTick(DateTimeOffset At, TickSkipReason Reason);

[JsonConverter(typeof(EnumNameConverter<TickSkipReason>))]
public enum TickSkipReason
{
    AlreadyRunning,
    Disabled,
    Paused,
}

/// <summary>Keys lead with the inverted time, so that a range read from the top gives the newest first.</summary>
internal static class ResultRows
{
    public const string Runs = "runs";
    public const string Ticks = "ticks";
    public const string Statistics = "statistics";

    public static string RunKey(DateTimeOffset startedAt, string runId) => $"{TimeKey(startedAt)}|{runId}";

    public static string TimeKey(DateTimeOffset moment) => RowKeys.Ticks(RowKeys.Inverted(moment));

    /// <summary>With that moment: a brace sorts after the bar that may follow the time.</summary>
    public static KeyRange Since(string partition, DateTimeOffset from) => new(partition, string.Empty, Before: TimeKey(from) + "}");

    public static async Task<TableEntity?> FindRunAsync(TableClient results, string runId, CancellationToken cancellationToken) =>
        RunIds.TryGetStart(runId, out var startedAt) ? await results.FindAsync(Runs, RunKey(startedAt, runId), cancellationToken) : null;

    /// <summary>Counts and times are columns too, so that a summary reads no records.</summary>
    public static TableEntity Run(JobRecord run) => new TableEntity(Runs, RunKey(run.CreatedAt, run.JobId))
    {
        ["JobId"] = run.JobId,
        ["State"] = EnumNames.Of(run.State),
        ["StartedAt"] = run.CreatedAt,
        ["FoundCount"] = run.Tally.Found,
        ["RestartedCount"] = run.Tally.Started,
        ["DlqCount"] = run.Tally.DeadLettered,
        ["ErrorCount"] = run.Tally.Failed,
        ["SkippedCount"] = run.Tally.Skipped,
    }.WithJson(run);

    public static TableEntity Tick(SkippedTick tick) =>
        new(Ticks, TimeKey(tick.At)) { ["At"] = tick.At, ["Reason"] = EnumNames.Of(tick.Reason) };
}
