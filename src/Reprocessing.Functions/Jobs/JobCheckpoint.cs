namespace Reprocessing.Functions.Jobs;

/// <summary>All that a job goes by, and how far it is: settings are read once, when it begins, and travel with it from generation to generation.</summary>
internal sealed record JobCheckpoint(
    string JobId,
    JobOperation Operation,
    ReprocessingResult Result,
    DateTimeOffset StartedAt,
    JobLimits Limits,
    JobControl Control,
    string? Options = null,
    int? Expected = null,
    string? Cursor = null,
    bool WaitForOutcome = false)
{
    public ItemAttempts Attempts { get; init; } = ItemAttempts.Once;

    public RampPlan Ramp { get; init; } = RampPlan.None;

    public CircuitBreaker Circuit { get; init; } = new();

    public Pacer? Pacer { get; init; }

    /// <summary>Items that were started and have no outcome yet.</summary>
    public IReadOnlyList<WaitingItem> Waiting { get; init; } = [];

    /// <summary>Ids of the slice that have an outcome without leaving a mark that the selection heeds.</summary>
    public IReadOnlyList<string> Settled { get; init; } = [];

    /// <summary>Reserved by the generation before and not begun. If the job stops before it selects them again, they are released.</summary>
    public IReadOnlyList<ItemRef> Reserved { get; init; } = [];

    /// <summary>Nothing more is to be selected; the waiting items are all that is left.</summary>
    public StopReason? Drained { get; init; }

    /// <summary>Nothing more is to be begun, whatever operators may want by now: a cancel is not taken back.</summary>
    public StopReason? Stopping { get; init; }

    public string? Error { get; init; }

    /// <summary>A selection failed, and what it may have reserved is to be released at the end.</summary>
    public bool MayHoldUnknown { get; init; }

    /// <summary>A ramp step failed too often, and the pause for it could not be stored yet.</summary>
    public bool WantsPause { get; init; }
}

/// <param name="CallsPerGeneration">
/// Calls, timers and events of a generation, three to five history events each: a job that waits for days begins anew below a thousand. Kept through upgrades.
/// </param>
internal sealed record JobLimits(
    SliceSizes Sizes, TimeSpan Reservation, TimeSpan QueryTimeout, TimeSpan ProcessTimeout, int CallsPerGeneration = 120);

/// <param name="RetryAt">Its attempt failed, and this is when the next one begins; null while an attempt is under way.</param>
internal sealed record WaitingItem(ItemRef Item, DateTimeOffset Deadline, DateTimeOffset? RetryAt = null);

/// <summary>What a job waits for, of all that it waits for the one that comes next.</summary>
internal sealed record JobWait(JobWaitKind For, string? Item, int Others, int? Attempt, int? MaxAttempts, DateTimeOffset Until);

[JsonConverter(typeof(EnumNameConverter<JobWaitKind>))]
internal enum JobWaitKind
{
    Outcome,
    NextAttempt,
    Circuit,
}

internal enum AbandonReason
{
    /// <summary>Its last attempt failed.</summary>
    Exhausted,

    /// <summary>Its outcome did not come in time; what was started may still be at work.</summary>
    TimedOut,
    NotStarted,

    /// <summary>The calls for it failed or did not answer; the last one may have done its work.</summary>
    CallFailed,
}

/// <summary>What an activity answers for its items: states alone, in their order, as it goes into the history; all else stands on the items' rows.</summary>
internal sealed record ItemsResponse(IReadOnlyList<ItemState> States, JobControl? Control = null)
{
    public static ItemsResponse Of(IEnumerable<ItemResult> results) => new([.. results.Select(result => result.State)]);

    public static ItemsResponse All(ItemState state, int count, JobControl? control = null) => new([.. Enumerable.Repeat(state, count)], control);
}
