namespace ReprocessingFunctions.Runs;

/// <summary>A run as this API shows it. Its counts are partial while it is running, or when it failed.</summary>
/// <param name="MaxOrders">Orders that it may find.</param>
/// <param name="Progress">Only of the run that is running, and only when asked for alone.</param>
internal sealed record RunAnswer(
    string RunId,
    RunState State,
    string Trigger,
    int MaxOrders,
    DateTimeOffset ProcessedAt,
    DateTimeOffset? CompletedAt,
    int FoundCount,
    int RestartedCount,
    int DlqCount,
    int ErrorCount,
    int SkippedCount,
    int ContinuationCount,
    bool TimedOut,
    StopReason? StopReason,
    string? Error,
    IReadOnlyList<Alert> Alerts,
    RunProgressAnswer? Progress)
{
    public static string Path(string runId) => $"/api/reprocessing/runs/{Uri.EscapeDataString(runId)}";

    public static RunAnswer Of(RunRecord run) => Of(run, live: null);

    public static RunAnswer Of(RunRecord run, JobStatus? live)
    {
        var result = live?.Result ?? run.Result;
        return new(
            run.RunId,
            run.State,
            run.Trigger,
            run.Cap,
            result.ProcessedAt,
            result.CompletedAt,
            result.FoundCount,
            result.RestartedCount,
            result.DlqCount,
            result.ErrorCount,
            result.SkippedCount,
            result.ContinuationCount,
            result.TimedOut,
            result.StopReason,
            run.Error,
            run.Alerts,
            live is null ? null : new(live.Slice, live.Processed, live.Total, live.Percent, live.RatePerSecond, live.EtaSeconds));
    }
}

internal sealed record RunProgressAnswer(int Slice, int Processed, int? Total, double? Percent, double? RatePerSecond, double? EtaSeconds);
