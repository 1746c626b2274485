namespace Reprocessing.Domain.Runs;

/// <summary>The result of a run. A job has one too: what was started or has succeeded counts as restarted, what failed as an error.</summary>
public sealed record ReprocessingResult(
    DateTimeOffset ProcessedAt,
    int FoundCount = 0,
    int RestartedCount = 0,
    int DlqCount = 0,
    int ErrorCount = 0,
    int SkippedCount = 0)
{
    /// <summary>Of those that count as restarted, those that are known to have succeeded; a run waits for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SucceededCount { get; init; }

    /// <summary>When the result was stored; null while it is partial.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    public int ContinuationCount { get; init; }

    /// <summary>The run reached its deadline; the next one does the rest.</summary>
    public bool TimedOut { get; init; }

    public StopReason? StopReason { get; init; }

    [JsonIgnore]
    public bool IsBalanced => FoundCount == RestartedCount + DlqCount + ErrorCount + SkippedCount;

    [JsonIgnore]
    public ItemTally Tally => new(FoundCount, SucceededCount, DlqCount, ErrorCount, SkippedCount, RestartedCount - SucceededCount);

    /// <exception cref="ArgumentException">The tally lost or doubled an order.</exception>
    public ReprocessingResult Add(ItemTally tally) => !tally.IsBalanced
        ? throw new ArgumentException($"Found {tally.Found} is not the sum of the outcomes: {tally}.", nameof(tally))
        : With(Tally.Add(tally));

    public ReprocessingResult With(ItemTally tally) => this with
    {
        FoundCount = tally.Found,
        RestartedCount = tally.Succeeded + tally.Started,
        SucceededCount = tally.Succeeded,
        DlqCount = tally.DeadLettered,
        ErrorCount = tally.Failed,
        SkippedCount = tally.Skipped,
    };

    public ReprocessingResult Stop(StopReason reason) => this with { StopReason = reason, TimedOut = reason == Runs.StopReason.Deadline };

    public ReprocessingResult Complete(DateTimeOffset now, StopReason reason) => Stop(reason) with { CompletedAt = now };
}

[JsonConverter(typeof(EnumNameConverter<StopReason>))]
public enum StopReason
{
    Drained,
    CapReached,
    Deadline,

    /// <summary>The query for due orders kept failing; the result is what was done before.</summary>
    QueryFailed,

    Failed,

    /// <summary>By an operator; work in progress was finished.</summary>
    Canceled,

    CircuitOpen,
}

public static class SlicePlan
{
    public static int Size(int cap, int foundSoFar, int maxSlice) => Math.Clamp(cap - foundSoFar, 0, maxSlice);

    /// <summary>A slice that was not full has drained the queue; after a full one the run asks again, unless the cap is reached.</summary>
    public static StopReason? End(int size, int foundInSlice, int foundInAll, int cap) =>
        foundInAll >= cap ? StopReason.CapReached
        : foundInSlice < size ? StopReason.Drained
        : null;
}

/// <summary>A run's id is the moment at which its orchestration began, the same in every replay. There is one run at a time, so no two begin at once.</summary>
public static class RunIds
{
    private const string Format = "'run-'yyyyMMdd-HHmmss-fff";

    /// <summary>The id, and the start cut to the millisecond that the id tells: a run's record is found by it.</summary>
    public static (string RunId, DateTimeOffset StartedAt) At(DateTime utcNow)
    {
        var startedAt = new DateTimeOffset(utcNow.Ticks - (utcNow.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        return (startedAt.ToString(Format, CultureInfo.InvariantCulture), startedAt);
    }

    public static bool IsRun(string id) => TryGetStart(id, out _);

    public static bool TryGetStart(string runId, out DateTimeOffset startedAt) => DateTimeOffset.TryParseExact(
        runId, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out startedAt);
}
