namespace Reprocessing.Functions.Runs;

/// <summary>The custom status of a run's orchestrations: a few hundred bytes, whatever the size of the run.</summary>
internal sealed record RunStatus(
    string RunId,
    JobPhase Phase,
    int Slice,
    ReprocessingResult Result,
    int Processed,
    int? Total,
    double? Percent,
    double? RatePerSecond,
    double? EtaSeconds)
{
    public int UnderWay { get; init; }

    /// <summary>The orchestration that does the work; on the batch's own status only.</summary>
    public string? ChildInstanceId { get; init; }

    public string? Error { get; init; }

    public static RunStatus Planning(string runId, DateTimeOffset startedAt) =>
        new(runId, JobPhase.Planning, Slice: 1, new ReprocessingResult(startedAt), Processed: 0, null, null, null, null);

    public static RunStatus Of(ReprocessingInput run, JobPhase phase, ReprocessingResult result, DateTimeOffset now)
    {
        var progress = Progress.Of(result.FoundCount, run.Expected, result.ProcessedAt, now);
        return new(
            run.RunId, phase, result.ContinuationCount + 1, result, result.FoundCount, progress.Total, progress.Percent, progress.RatePerSecond, progress.EtaSeconds);
    }
}
