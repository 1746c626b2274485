using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Output;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Jobs;

/// <summary>Jobs and their items as people look at them.</summary>
internal static class JobView
{
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("jobId"), Column.Of("operation"), Column.Of("state"), Column.Number("totalItems", "total"), Column.Number("counts.succeeded"),
        Column.Number("counts.failed"), Column.Number("counts.skipped"), Column.Number("counts.deadLettered"), Column.Number("counts.pending"),
        Column.Of("requestedBy"), Column.Time("createdAt"), Column.Time("endedAt"), Column.Of("stateReason"), Column.Of("reason"),
    ];

    public static IReadOnlyList<Column> ItemColumns { get; } =
    [
        Column.Of("id"), Column.Of("state"), Column.Of("reason"), Column.Of("outcome"), Column.Number("attempts"), Column.Of("group"),
        Column.Of("workflowId"), Column.Time("updatedAt"), Column.Of("message"),
    ];

    private static readonly IReadOnlyList<Column> Fields =
    [
        Column.Of("jobId"), Column.Of("operation"), Column.Of("state"), Column.Of("stateReason"), Column.Of("demand"), Column.Of("reason"),
        Column.Of("requestedBy"), Column.Of("selection"), Column.Of("planId"), Column.Time("createdAt"), Column.Time("startedAt"), Column.Time("endedAt"),
        Column.Number("pace.parallelism"), Column.Number("pace.itemsPerSecond"), Column.Of("ramp"), Column.Of("waitForOutcome"),
        Column.Number("totalItems"), Column.Number("counts.succeeded"), Column.Number("counts.failed"), Column.Number("counts.skipped"),
        Column.Number("counts.deadLettered"), Column.Number("counts.pending"), Column.Counts("outcomes"), Column.Counts("result.errorPatterns"),
        new("duration", Seconds, Seconds), Column.Number("progress.percent"), Column.Number("progress.ratePerSecond"),
        Column.Of("progress.circuit"),
    ];

    public static void Write(JsonElement job, Results results) => results.One(job, Fields);

    private static string Seconds(JsonElement job) => job.NumberOrNull("result.durationSeconds") is { } seconds ? Durations.Show(seconds) : string.Empty;
}
