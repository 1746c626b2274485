using Reprocessing.Cli.Output;

namespace Reprocessing.Cli.Runs;

/// <summary>Runs as people look at them.</summary>
internal static class RunView
{
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("runId"), Column.Of("state"), Column.Of("trigger"), Column.Number("foundCount", "found"), Column.Number("restartedCount", "restarted"),
        Column.Number("dlqCount", "deadLettered"), Column.Number("errorCount", "errors"), Column.Number("skippedCount", "skipped"), Column.Of("stopReason"),
        Column.Time("processedAt"), Column.Time("completedAt"),
    ];

    public static IReadOnlyList<Column> Fields { get; } =
    [
        .. Columns, Column.Number("maxOrders"), Column.Number("continuationCount"), Column.Of("timedOut"), Column.Of("error"), Column.Of("alerts"),
        Column.Number("progress.processed"), Column.Number("progress.percent"), Column.Number("progress.ratePerSecond"),
    ];

    /// <summary>Of what a run has come to, as its orchestration says it.</summary>
    public static IReadOnlyList<Column> ResultFields { get; } = [.. Columns.Skip(3), Column.Number("continuationCount"), Column.Of("timedOut")];
}
