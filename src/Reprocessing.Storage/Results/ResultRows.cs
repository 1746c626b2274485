using Azure.Data.Tables;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Results;

/// <summary>Keys lead with the inverted time, so that a range read from the top gives the newest first.</summary>
internal static class ResultRows
{
    public const string Runs = "runs";
    public const string Ticks = "ticks";

    public static string RunKey(DateTimeOffset startedAt, string runId) => $"{TimeKey(startedAt)}|{runId}";

    public static string TimeKey(DateTimeOffset moment) => RowKeys.Ticks(RowKeys.Inverted(moment));

    public static TableEntity Run(RunRecord run)
    {
        var row = new TableEntity(Runs, RunKey(run.StartedAt, run.RunId))
        {
            ["RunId"] = run.RunId,
            ["State"] = StableNames.Of(run.State),
            ["StartedAt"] = run.StartedAt,
            ["FoundCount"] = run.Result.FoundCount,
            ["RestartedCount"] = run.Result.RestartedCount,
            ["DlqCount"] = run.Result.DlqCount,
            ["ErrorCount"] = run.Result.ErrorCount,
            ["SkippedCount"] = run.Result.SkippedCount,
        };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(run));
        return row;
    }

    public static RunRecord ReadRun(TableEntity row) => StorageJson.Read<RunRecord>(TextColumns.Read(row, OrderRows.Data));

    public static TableEntity Tick(SkippedTick tick) =>
        new(Ticks, TimeKey(tick.At)) { ["At"] = tick.At, ["Reason"] = StableNames.Of(tick.Reason) };
}
