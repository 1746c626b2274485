using Reprocessing.Domain.Runs;

namespace Reprocessing.Storage.Results;

/// <param name="Trigger">What started it: <c>timer</c>, <c>http</c>, ...</param>
/// <param name="Cap">Orders that it may find.</param>
/// <param name="Result">Partial while it runs or when it failed.</param>
public sealed record RunRecord(string RunId, DateTimeOffset StartedAt, string Trigger, int Cap, RunState State, ReprocessingResult Result)
{
    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    public IReadOnlyList<Alert> Alerts { get; init; } = [];
}

[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
public enum RunState
{
    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("completed")]
    Completed,

    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>A tick of the schedule that started no run.</summary>
public sealed record SkippedTick(DateTimeOffset At, TickSkipReason Reason);

[JsonConverter(typeof(JsonStringEnumConverter<TickSkipReason>))]
public enum TickSkipReason
{
    [JsonStringEnumMemberName("already_running")]
    AlreadyRunning,

    [JsonStringEnumMemberName("disabled")]
    Disabled,

    [JsonStringEnumMemberName("paused")]
    Paused,
}

/// <summary>Keys lead with the inverted time, so that a range read from the top gives the newest first.</summary>
internal static class ResultRows
{
    public const string Runs = "runs";
    public const string Ticks = "ticks";

    public static string RunKey(DateTimeOffset startedAt, string runId) => $"{TimeKey(startedAt)}|{runId}";

    public static string TimeKey(DateTimeOffset moment) => RowKeys.Ticks(RowKeys.Inverted(moment));

    public static TableEntity Run(RunRecord run) => new TableEntity(Runs, RunKey(run.StartedAt, run.RunId))
    {
        ["RunId"] = run.RunId,
        ["State"] = EnumNames.Of(run.State),
        ["StartedAt"] = run.StartedAt,
        ["FoundCount"] = run.Result.FoundCount,
        ["RestartedCount"] = run.Result.RestartedCount,
        ["DlqCount"] = run.Result.DlqCount,
        ["ErrorCount"] = run.Result.ErrorCount,
        ["SkippedCount"] = run.Result.SkippedCount,
    }.WithJson(run);

    public static RunRecord ReadRun(TableEntity row) => StorageJson.Read<RunRecord>(row);

    public static TableEntity Tick(SkippedTick tick) =>
        new(Ticks, TimeKey(tick.At)) { ["At"] = tick.At, ["Reason"] = EnumNames.Of(tick.Reason) };
}
