using Reprocessing.Domain.Runs;

namespace ReprocessingFunctions.Runs;

/// <summary>The custom status of a run's orchestrations: a few hundred bytes, whatever the size of the run.</summary>
/// <param name="Processed">Orders that have an outcome.</param>
/// <param name="Total">Orders expected in all, if they were counted.</param>
/// <param name="RatePerSecond">Since the run began.</param>
internal sealed record RunStatus(
    string RunId,
    RunPhase Phase,
    int Slice,
    ReprocessingResult Result,
    int Processed,
    int? Total,
    double? Percent,
    double? RatePerSecond,
    double? EtaSeconds)
{
    /// <summary>The orchestration that does the work; on the batch's own status only.</summary>
    public string? ChildInstanceId { get; init; }

    public string? Error { get; init; }

    /// <summary>Before anything is known but which run it is.</summary>
    public static RunStatus Planning(string runId, DateTimeOffset startedAt) =>
        new(runId, RunPhase.Planning, Slice: 1, new ReprocessingResult(startedAt), Processed: 0, null, null, null, null);

    public static RunStatus Of(ReprocessingOrchestrationInput input, RunPhase phase, ReprocessingResult result, DateTimeOffset now)
    {
        var seconds = (now - input.StartedAt).TotalSeconds;
        double? rate = seconds > 0 && result.FoundCount > 0 ? result.FoundCount / seconds : null;
        int? total = input.Expected is { } expected ? Math.Max(expected, result.FoundCount) : null;
        return new(
            input.RunId,
            phase,
            result.ContinuationCount + 1,
            result,
            result.FoundCount,
            total,
            total is { } all ? Rounded(all == 0 ? 100 : 100.0 * result.FoundCount / all) : null,
            Rounded(rate),
            total is { } whole && rate is { } pace ? Rounded((whole - result.FoundCount) / pace) : null);
    }

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 1) : null;
}

internal enum RunPhase
{
    Planning,
    Running,
    Completed,
    Failed,
}
