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

    public static RunStatus Of(SliceInput input, RunPhase phase, ReprocessingResult result, DateTimeOffset now)
    {
        var job = JobStatus.Of(input, JobPhase.Running, result, now);
        return new(input.JobId, phase, job.Slice, result, job.Processed, job.Total, job.Percent, job.RatePerSecond, job.EtaSeconds);
    }
}

internal enum RunPhase
{
    Planning,
    Running,
    Completed,
    Failed,
}

internal static class RunStatusReader
{
    /// <summary>Null when there is no instance or it has not said anything yet, which some engines write as the text <c>null</c>.</summary>
    public static RunStatus? ReadRunStatus(this OrchestrationMetadata? instance) =>
        instance?.SerializedCustomStatus is null or "null" ? null : instance.ReadCustomStatusAs<RunStatus>();
}
