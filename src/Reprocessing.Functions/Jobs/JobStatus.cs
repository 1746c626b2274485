namespace Reprocessing.Functions.Jobs;

/// <summary>The custom status of a job's orchestration: well below a thousand bytes, whatever the size of the job.</summary>
/// <param name="RampStep">From 1; null when there is no ramp, or when it is over.</param>
internal sealed record JobStatus(
    string JobId,
    JobPhase Phase,
    int Slice,
    ReprocessingResult Result,
    int Processed,
    int? Total,
    double? Percent,
    double? RatePerSecond,
    double? EtaSeconds,
    int UnderWay = 0,
    int? RampStep = null,
    CircuitState? Circuit = null,
    JobWait? WaitsFor = null,
    Pace? Pace = null,
    string? Error = null)
{
    public static JobStatus Of(JobCheckpoint input, JobPhase phase, ReprocessingResult result, DateTimeOffset now)
    {
        var progress = Progress.Of(result.FoundCount, input.Expected, input.StartedAt, now, input.Control.Pace);
        return new(
            input.JobId,
            phase,
            result.ContinuationCount + 1,
            result,
            result.FoundCount,
            progress.Total,
            progress.Percent,
            progress.RatePerSecond,
            progress.EtaSeconds);
    }

    public static JobStatus Of(JobCheckpoint input, JobStateMachine state, DateTimeOffset now)
    {
        var phase = state.Stopping is not null ? JobPhase.Stopping : state.IsPaused ? JobPhase.Paused : JobPhase.Running;
        return Of(input with { Control = state.Control }, phase, state.Result, now) with
        {
            UnderWay = state.UnderWay,
            RampStep = state.Ramp.IsRamping ? state.Ramp.Step + 1 : null,
            Circuit = state.Circuit.State,
            WaitsFor = state.WaitsFor(),
            Pace = state.Control.Pace,
        };
    }

    /// <summary>Only time has passed: not worth another word. That nothing is under way any more is: a job that rests must not look busy.</summary>
    public bool SaysTheSameAs(JobStatus? other) =>
        other is not null
        && (UnderWay == 0) == (other.UnderWay == 0)
        && this == other with
        {
            RatePerSecond = RatePerSecond,
            EtaSeconds = EtaSeconds,
            UnderWay = UnderWay,
            WaitsFor = WaitsFor is null || other.WaitsFor is null ? other.WaitsFor : other.WaitsFor with { Others = WaitsFor.Others },
        };
}

internal sealed record Progress(int? Total, double? Percent, double? RatePerSecond, double? EtaSeconds)
{
    /// <param name="pace">What is faster than it was begun before it was set, or at once at the beginning, and does not go on so.</param>
    public static Progress Of(int processed, int? expected, DateTimeOffset since, DateTimeOffset now, Pace pace)
    {
        var seconds = (now - since).TotalSeconds;
        double? rate = seconds > 0 && processed > 0 ? Math.Min(processed / seconds, pace.ItemsPerSecond ?? double.MaxValue) : null;
        int? total = expected is { } known ? Math.Max(known, processed) : null;
        return new(
            total,
            total is > 0 and { } all ? Rounded(100.0 * processed / all) : null,
            Rounded(rate),
            total is { } whole && rate is { } speed ? Rounded((whole - processed) / speed) : null);
    }

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 1) : null;
}

[JsonConverter(typeof(EnumNameConverter<JobPhase>))]
internal enum JobPhase
{
    /// <summary>Of a run: nothing is known yet but which it is.</summary>
    Planning,
    Running,
    Paused,
    Stopping,
    Completed,
    Failed,
}
