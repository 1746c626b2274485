namespace Reprocessing.Storage.Results;

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

    /// <returns>Null when there is no such run, or the id is no run's.</returns>
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
