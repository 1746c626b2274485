namespace Reprocessing.Functions.Jobs;

/// <summary>
/// All that a job goes by, and how far it is: settings are read once, when it begins, and travel with it from one generation
/// of its orchestration to the next.
/// </summary>
/// <param name="Result">What was done before this generation.</param>
/// <param name="Control">The newest that was heard.</param>
internal sealed record JobCheckpoint(
    string JobId,
    JobOperation Operation,
    ReprocessingResult Result,
    DateTimeOffset StartedAt,
    JobLimits Limits,
    JobControl Control)
{
    /// <summary>The operation's own, as JSON.</summary>
    public string? Options { get; init; }

    /// <summary>Items in all, as far as that is known.</summary>
    public int? Expected { get; init; }

    /// <summary>Where the slice begins; null at the beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether each item is waited for, or only those of a ramp.</summary>
    public bool WaitForOutcome { get; init; }

    public ItemAttempts Attempts { get; init; } = ItemAttempts.Once;

    public RampPlan Ramp { get; init; } = RampPlan.None;

    public CircuitBreaker Circuit { get; init; } = new();

    public Pacer? Pacer { get; init; }

    /// <summary>Items that were started and have no outcome yet; as many as may be under way at once.</summary>
    public IReadOnlyList<WaitingItem> Waiting { get; init; } = [];

    /// <summary>Ids of the slice that have an outcome without leaving a mark that the selection heeds.</summary>
    public IReadOnlyList<string> Settled { get; init; } = [];

    /// <summary>Reserved by the generation before and not begun. If the job stops before it selects them again, they are let go of.</summary>
    public IReadOnlyList<ItemRef> Reserved { get; init; } = [];

    /// <summary>Nothing more is to be selected; the waiting items are all that is left.</summary>
    public StopReason? Drained { get; init; }

    /// <summary>Nothing more is to be begun, whatever operators may want by now: a cancel is not taken back.</summary>
    public StopReason? Stopping { get; init; }

    /// <summary>What broke the job, and so stops it.</summary>
    public string? Error { get; init; }

    /// <summary>A selection failed, and what it may have reserved is to be let go of at the end.</summary>
    public bool MayHoldUnknown { get; init; }

    /// <summary>A ramp step failed too often, and the pause for it could not be stored yet.</summary>
    public bool WantsPause { get; init; }
}

/// <param name="Reservation">How long selected items are kept from other operations.</param>
internal sealed record JobLimits(SliceSizes Sizes, TimeSpan Reservation, TimeSpan QueryTimeout, TimeSpan ProcessTimeout)
{
    /// <summary>
    /// Calls, timers and events of one generation, each three to five events of its history: a job that waits for days, or is paced
    /// slowly, begins anew with its small state before the history has grown to a thousand. A job keeps the number that it began with
    /// under the next version's code.
    /// </summary>
    public int CallsPerGeneration { get; init; } = 120;
}

/// <summary>An item that was started.</summary>
/// <param name="Deadline">Of its outcome.</param>
internal sealed record WaitingItem(ItemRef Item, DateTimeOffset Deadline)
{
    /// <summary>Its attempt failed, and this is when the next one begins; null while an attempt is under way.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>What a job waits for, of all that it waits for the one that comes next.</summary>
/// <param name="Item">The one that is named; null where it is none.</param>
/// <param name="Others">Items that were begun besides, and have no outcome.</param>
/// <param name="Attempt">Of the named item: the one under way, or the next one.</param>
/// <param name="Until">No longer than this.</param>
internal sealed record JobWait(JobWaitKind For, string? Item, int Others, int? Attempt, int? MaxAttempts, DateTimeOffset Until);

[JsonConverter(typeof(EnumNameConverter<JobWaitKind>))]
internal enum JobWaitKind
{
    /// <summary>The outcome of the item's attempt.</summary>
    Outcome,

    /// <summary>The item's next attempt, after the pause that its retry strategy asks for.</summary>
    NextAttempt,

    /// <summary>The circuit breaker's next trial.</summary>
    Circuit,
}

/// <summary>Why a job lets go of an item.</summary>
internal enum AbandonReason
{
    /// <summary>Its last attempt failed.</summary>
    Exhausted,

    /// <summary>Its outcome did not come in time; what was started may still be at work.</summary>
    TimedOut,

    /// <summary>The job ends before it came to the item.</summary>
    NotStarted,

    /// <summary>The calls for it failed or did not answer; the last one may have done its work.</summary>
    CallFailed,
}

/// <summary>
/// What an activity answers of the items that it was given: states alone, in their order, as it goes into the history; all else
/// that is known of an item stands on its row.
/// </summary>
/// <param name="Control">As the activity found it on the job's row.</param>
internal sealed record ItemsResponse(IReadOnlyList<ItemState> States, JobControl? Control = null)
{
    public static ItemsResponse Of(IEnumerable<ItemResult> results) => new([.. results.Select(result => result.State)]);

    public static ItemsResponse All(ItemState state, int count, JobControl? control = null) => new([.. Enumerable.Repeat(state, count)], control);
}
