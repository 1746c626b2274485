namespace Reprocessing.Domain.Runs;

/// <summary>
/// The result of a run, as it is returned, accumulated over continuations and kept. Jobs are counted in it too: what succeeded is
/// restarted, what failed is an error.
/// </summary>
/// <param name="ProcessedAt">When the run began.</param>
public sealed record ReprocessingResult(
    DateTimeOffset ProcessedAt,
    int FoundCount = 0,
    int RestartedCount = 0,
    int DlqCount = 0,
    int ErrorCount = 0,
    int SkippedCount = 0)
{
    public DateTimeOffset? CompletedAt { get; init; }

    public int ContinuationCount { get; init; }

    /// <summary>The deadline stopped the run; the rest is the next one's.</summary>
    public bool TimedOut { get; init; }

    public StopReason? StopReason { get; init; }

    /// <summary>Every order that was found has exactly one outcome.</summary>
    [JsonIgnore]
    public bool IsBalanced => FoundCount == RestartedCount + DlqCount + ErrorCount + SkippedCount;

    [JsonIgnore]
    public ItemTally Tally => new(FoundCount, RestartedCount, DlqCount, ErrorCount, SkippedCount);

    /// <exception cref="ArgumentException">The tally has lost or doubled an order, and its counts must not be passed on.</exception>
    public ReprocessingResult Add(ItemTally tally) => !tally.IsBalanced
        ? throw new ArgumentException($"Found {tally.Found} is not the sum of the outcomes: {tally}.", nameof(tally))
        : With(Tally.Add(tally));

    /// <summary>The same run or job with other counts.</summary>
    public ReprocessingResult With(ItemTally tally) => this with
    {
        FoundCount = tally.Found,
        RestartedCount = tally.Succeeded,
        DlqCount = tally.DeadLettered,
        ErrorCount = tally.Failed,
        SkippedCount = tally.Skipped,
    };

    public ReprocessingResult Complete(DateTimeOffset now, StopReason reason) =>
        this with { CompletedAt = now, StopReason = reason, TimedOut = reason == Runs.StopReason.Deadline };
}

/// <summary>Why a run ended.</summary>
[JsonConverter(typeof(EnumNameConverter<StopReason>))]
public enum StopReason
{
    /// <summary>Nothing more was due.</summary>
    Drained,

    /// <summary>As many orders were found as the run may take.</summary>
    CapReached,

    Deadline,

    /// <summary>The query for due orders kept failing; the result is what was done before.</summary>
    QueryFailed,

    Failed,

    /// <summary>An operator ended it; what was under way was finished.</summary>
    Canceled,

    /// <summary>Its circuit breaker opened once too often.</summary>
    CircuitOpen,
}
