namespace Reprocessing.Domain.Jobs;

/// <summary>The result of one item. <see cref="ItemState.Pending"/> means not started; it is tried again.</summary>
/// <param name="Reason">A code of <see cref="ItemReasons"/> or of a skip reason.</param>
/// <param name="Fingerprint">Of the failure before the job or, if it failed again, after it.</param>
public sealed record ItemResult(
    string Id, ItemState State, string? Reason = null, string? Message = null, string? WorkflowId = null, string? Fingerprint = null)
{
    [JsonIgnore]
    public bool HasEnded => State is not (ItemState.Pending or ItemState.Running);

    public static ItemResult Of(OrderOutcome outcome) => outcome switch
    {
        OrderOutcome.Restarted restarted => new(outcome.OrderId, ItemState.Started, WorkflowId: restarted.WorkflowId),
        OrderOutcome.DeadLettered => new(outcome.OrderId, ItemState.DeadLettered),
        OrderOutcome.Skipped skipped => new(outcome.OrderId, ItemState.Skipped, EnumNames.Of(skipped.Reason)),
        OrderOutcome.Failed failed => new(outcome.OrderId, ItemState.Failed, ItemReasons.ProcessingFailed, failed.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No such outcome."),
    };
}

/// <summary>Why an item was skipped or failed. The codes are part of the API.</summary>
public static class ItemReasons
{
    public const string ChangedSincePlan = "changed_since_plan";
    public const string Leased = "leased";
    public const string NotFound = "not_found";
    public const string NotDeadLetter = "not_dead_letter";
    public const string NotFailed = "not_failed";
    public const string AlreadyResolved = "already_resolved";
    public const string NotResolved = "not_resolved";
    public const string PermanentFailure = "permanent_failure";
    public const string ReopenedTooOften = "reopened_too_often";
    public const string ActiveWorkflow = "active_workflow";
    public const string RetriesExhausted = "retries_exhausted";

    /// <summary>Another workflow or person went on with the order or ended it.</summary>
    public const string Superseded = "superseded";

    public const string Completed = "completed";
    public const string Cancelled = "cancelled";
    public const string NeverContinued = "never_continued";
    public const string NoCheckpoint = "no_checkpoint";
    public const string OriginalInputUnknown = "original_input_unknown";
    public const string EventsUnknown = "events_unknown";

    /// <summary>The engine contradicts the index.</summary>
    public const string NoLongerMatches = "no_longer_matches";

    public const string NotResettable = "not_resettable";
    public const string HistoryUnavailable = "history_unavailable";

    /// <summary>The old run did not end in time; nothing was started.</summary>
    public const string NotTerminated = "not_terminated";

    /// <summary>The fulfilment system did not accept the start. It is repeated until it does.</summary>
    public const string NotStarted = "not_started";

    public const string TimedOut = "timed_out";
    public const string StorageRefused = "storage_refused";
    public const string ProcessingFailed = "processing_failed";
}

[JsonConverter(typeof(EnumNameConverter<ItemState>))]
public enum ItemState
{
    Pending,

    /// <summary>Started; the job waits for the outcome.</summary>
    Running,

    /// <summary>Its workflow was started, and nobody waited for the outcome.</summary>
    Started,

    Succeeded,
    DeadLettered,
    Failed,
    Skipped,
    Canceled,
}

public sealed record ItemTally(int Found = 0, int Succeeded = 0, int DeadLettered = 0, int Failed = 0, int Skipped = 0, int Started = 0)
{
    public static ItemTally Zero { get; } = new();

    [JsonIgnore]
    public bool IsBalanced => Found == Succeeded + DeadLettered + Failed + Skipped + Started;

    public static ItemTally Of(IEnumerable<ItemResult> results) => results.Aggregate(Zero, (tally, result) => tally.Add(result.State));

    /// <summary>States that are not final do not count yet.</summary>
    public ItemTally Add(ItemState state, int count = 1) => state switch
    {
        ItemState.Started => this with { Found = Found + count, Started = Started + count },
        ItemState.Succeeded => this with { Found = Found + count, Succeeded = Succeeded + count },
        ItemState.DeadLettered => this with { Found = Found + count, DeadLettered = DeadLettered + count },
        ItemState.Failed => this with { Found = Found + count, Failed = Failed + count },
        ItemState.Skipped => this with { Found = Found + count, Skipped = Skipped + count },
        _ => this,
    };

    public ItemTally Add(ItemTally other) => new(
        Found + other.Found,
        Succeeded + other.Succeeded,
        DeadLettered + other.DeadLettered,
        Failed + other.Failed,
        Skipped + other.Skipped,
        Started + other.Started);
}
