namespace Reprocessing.Domain.Orders;

/// <summary>
/// All that is known of an order but its input and its timeline: what every decision is made on. Small, so that the due
/// index carries a copy and a slice reads no order.
/// </summary>
public sealed record Order
{
    /// <summary>Older attempts than these are dropped (and counted): a row is bounded. The timeline still has them.</summary>
    public const int MaxAttempts = 50;

    public required string OrderId { get; init; }

    public required string CustomerId { get; init; }

    public required OrderSnapshot Snapshot { get; init; }

    public required OrderPhase Phase { get; init; }

    /// <summary>What brought the order in, where that is to be known: the import and its line. Null when it came in by itself.</summary>
    public string? Source { get; init; }

    /// <summary>Restarts in this generation.</summary>
    public int RetryCount { get; init; }

    /// <summary>Rises when a dead letter is taken up anew with a retry count of 0.</summary>
    public int Generation { get; init; }

    /// <summary>The workflow that owns the order, or owned it last; null while none has reported yet.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>The last stage that is done.</summary>
    public Stage? Checkpoint { get; init; }

    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    public int DroppedAttempts { get; init; }

    /// <summary>Set while failed or dead-lettered.</summary>
    public OrderFailure? Failure { get; init; }

    /// <summary>Set while a workflow is to start that has not begun.</summary>
    public DateTimeOffset? StartDecidedAt { get; init; }

    /// <summary>Set while failed: from then on a run may take the order.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public Lease? Lease { get; init; }

    public RunMark? LastRun { get; init; }

    /// <summary>How often the order became a dead letter.</summary>
    public int DeadLetterCount { get; init; }

    /// <summary>When it last became one; the place of its entry in the queue. Null when there is no entry, or no longer one.</summary>
    public DateTimeOffset? DeadLetteredAt { get; init; }

    /// <summary>Set while it is a dead letter that was handed to people.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>The job or person that deleted its dead letter, until it becomes one again.</summary>
    public string? PurgedBy { get; init; }

    /// <summary>When; null of what was purged before this was kept.</summary>
    public DateTimeOffset? PurgedAt { get; init; }

    /// <summary>Of the workflow that was asked for last.</summary>
    public RestartModifications? Modifications { get; init; }

    /// <summary>Timeline events so far; the next event's sequence number.</summary>
    public int EventCount { get; init; }

    /// <summary>Rises with every change but that of a lease.</summary>
    public int Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The published status: the failure status of a failed order, else the phase's name.</summary>
    [JsonIgnore]
    public string Status => Phase == OrderPhase.Failed && Failure is { } failure ? failure.Status : StableNames.Of(Phase);

    [JsonIgnore]
    public bool HasActiveWorkflow => Phase is OrderPhase.Pending or OrderPhase.InProgress or OrderPhase.PendingRetry;

    /// <summary>Exactly then its entry in the queue is unresolved.</summary>
    [JsonIgnore]
    public bool IsOpenDeadLetter => Phase == OrderPhase.DeadLetter && EscalatedAt is null && DeadLetteredAt is not null;

    /// <summary>Its entry can be resolved: it is open, or was handed to people, who have decided by now.</summary>
    [JsonIgnore]
    public bool HasResolvableEntry => Phase == OrderPhase.DeadLetter && DeadLetteredAt is not null;

    [JsonIgnore]
    public bool HasEnded => Phase is OrderPhase.Completed or OrderPhase.Cancelled;
}

/// <summary>
/// What the last run did to the order. It outlives the states that follow, so that a run that repeats a chunk after a crash
/// reports what it had done instead of doing or counting it again.
/// </summary>
/// <param name="WorkflowId">The workflow that a restart decided on; null for a dead letter.</param>
public sealed record RunMark(string RunId, RunOutcome Outcome, string? WorkflowId = null);

[JsonConverter(typeof(EnumNameConverter<RunOutcome>))]
public enum RunOutcome
{
    Restarted,
    DeadLettered,
}

/// <summary>An order belongs to one operation at a time; others skip it until the lease runs out.</summary>
public sealed record Lease(string Owner, DateTimeOffset Until)
{
    public bool Excludes(string owner, DateTimeOffset now) => Until > now && !string.Equals(Owner, owner, StringComparison.Ordinal);
}

/// <summary>
/// Who may work on an order. Taking and freeing a lease is no change of the order: neither its version nor its timeline moves, so
/// that what a plan has seen of it stays true.
/// </summary>
public static class OrderLeases
{
    /// <returns>Null when the order is another's.</returns>
    public static Order? Take(Order order, string owner, DateTimeOffset until, DateTimeOffset now) =>
        order.Lease?.Excludes(owner, now) == true ? null : order with { Lease = new(owner, until) };

    /// <returns>The same order when the lease is not the owner's.</returns>
    public static Order Free(Order order, string owner) =>
        string.Equals(order.Lease?.Owner, owner, StringComparison.Ordinal) ? order with { Lease = null } : order;
}
