using Reprocessing.Domain.Decisions;

namespace Reprocessing.Domain.Jobs;

/// <summary>What became of one item. <see cref="ItemState.Pending"/> means that it was not touched and is to be tried again.</summary>
/// <param name="Reason">Stable code of a skip or failure, from <see cref="ItemReasons"/> or a skip reason's name.</param>
/// <param name="Message">For people.</param>
public sealed record ItemResult(string Id, ItemState State, string? Reason = null, string? Message = null)
{
    /// <summary>The workflow that was started.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>The kind of failure that the item had when it was taken up, or has now.</summary>
    public string? Fingerprint { get; init; }

    [JsonIgnore]
    public bool HasEnded => State is not (ItemState.Pending or ItemState.Running);

    /// <summary>What a run did with an order, in the words of jobs.</summary>
    public static ItemResult Of(OrderOutcome outcome) => outcome switch
    {
        OrderOutcome.Restarted restarted => new(outcome.OrderId, ItemState.Succeeded) { WorkflowId = restarted.WorkflowId },
        OrderOutcome.DeadLettered => new(outcome.OrderId, ItemState.DeadLettered),
        OrderOutcome.Skipped skipped => new(outcome.OrderId, ItemState.Skipped, StableNames.Of(skipped.Reason)),
        OrderOutcome.Failed failed => new(outcome.OrderId, ItemState.Failed, ItemReasons.ProcessingFailed, failed.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No such outcome."),
    };
}

/// <summary>Why an item was skipped or failed: the codes are part of the API.</summary>
public static class ItemReasons
{
    public const string ChangedSincePlan = "changed_since_plan";
    public const string Leased = "leased";
    public const string NotFound = "not_found";
    public const string NotDeadLetter = "not_dead_letter";
    public const string AlreadyResolved = "already_resolved";
    public const string NotResolved = "not_resolved";
    public const string PermanentFailure = "permanent_failure";
    public const string ReopenedTooOften = "reopened_too_often";
    public const string ActiveWorkflow = "active_workflow";
    public const string RetriesExhausted = "retries_exhausted";

    /// <summary>Somebody else went on with the order, or ended it.</summary>
    public const string Superseded = "superseded";

    /// <summary>A workflow that has done its work, and nobody said that it is to be done again.</summary>
    public const string Completed = "completed";

    public const string Cancelled = "cancelled";
    public const string NeverContinued = "never_continued";
    public const string NoCheckpoint = "no_checkpoint";
    public const string OriginalInputUnknown = "original_input_unknown";

    /// <summary>It has received events that its history no longer has.</summary>
    public const string EventsUnknown = "events_unknown";

    /// <summary>The index said so of it, and the engine says otherwise.</summary>
    public const string NoLongerMatches = "no_longer_matches";

    public const string NotResettable = "not_resettable";

    /// <summary>The engine does not show the workflow's history; nothing was changed.</summary>
    public const string HistoryUnavailable = "history_unavailable";

    /// <summary>The old run did not end in time; nothing was started.</summary>
    public const string NotTerminated = "not_terminated";

    /// <summary>Whoever works on the orders did not take the start over. It stays decided, and is tried again until it is.</summary>
    public const string NotStarted = "not_started";

    public const string TimedOut = "timed_out";
    public const string StorageRefused = "storage_refused";
    public const string ProcessingFailed = "processing_failed";
}

/// <summary>Where an item of a job is.</summary>
[JsonConverter(typeof(EnumNameConverter<ItemState>))]
public enum ItemState
{
    /// <summary>Not touched.</summary>
    Pending,

    /// <summary>Started; the job waits for the business outcome.</summary>
    Running,

    Succeeded,

    /// <summary>A run found its retries used up and moved it to the dead-letter queue.</summary>
    DeadLettered,

    Failed,

    /// <summary>Left alone; the reason says why.</summary>
    Skipped,

    /// <summary>The job was cancelled before it came to this item.</summary>
    Canceled,
}

/// <summary>Counts of items by what became of them; small enough for an activity result.</summary>
public sealed record ItemTally(int Found = 0, int Succeeded = 0, int DeadLettered = 0, int Failed = 0, int Skipped = 0)
{
    public static ItemTally Zero { get; } = new();

    /// <summary>Every item that was found has exactly one outcome.</summary>
    [JsonIgnore]
    public bool IsBalanced => Found == Succeeded + DeadLettered + Failed + Skipped;

    public static ItemTally Of(IEnumerable<ItemResult> results) => results.Aggregate(Zero, (tally, result) => tally.Add(result.State));

    /// <summary>States that are not an end count nothing: the item will be counted when it has one.</summary>
    public ItemTally Add(ItemState state) => state switch
    {
        ItemState.Succeeded => this with { Found = Found + 1, Succeeded = Succeeded + 1 },
        ItemState.DeadLettered => this with { Found = Found + 1, DeadLettered = DeadLettered + 1 },
        ItemState.Failed => this with { Found = Found + 1, Failed = Failed + 1 },
        ItemState.Skipped => this with { Found = Found + 1, Skipped = Skipped + 1 },
        _ => this,
    };

    public ItemTally Add(ItemTally other) => new(
        Found + other.Found,
        Succeeded + other.Succeeded,
        DeadLettered + other.DeadLettered,
        Failed + other.Failed,
        Skipped + other.Skipped);
}
