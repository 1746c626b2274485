namespace Reprocessing.Domain.Orders;

/// <summary>An order without its input and timeline: small, so that the due index holds a copy and a slice reads no order.</summary>
public sealed record Order
{
    /// <summary>Older attempts are dropped to keep the row small. The timeline still has them.</summary>
    public const int MaxAttempts = 50;

    public required string OrderId { get; init; }

    public required string CustomerId { get; init; }

    public required OrderSnapshot Snapshot { get; init; }

    public required OrderPhase Phase { get; init; }

    /// <summary>The import and line that brought the order in; null otherwise.</summary>
    public string? Source { get; init; }

    /// <summary>Restarts in this generation.</summary>
    public int RetryCount { get; init; }

    public int Generation { get; init; }

    /// <summary>The current or last workflow; null until one has reported.</summary>
    public string? WorkflowId { get; init; }

    public Stage? Checkpoint { get; init; }

    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    public int DroppedAttempts { get; init; }

    /// <summary>Set while failed or dead-lettered.</summary>
    public OrderFailure? Failure { get; init; }

    /// <summary>Set while a decided workflow has not begun.</summary>
    public DateTimeOffset? StartDecidedAt { get; init; }

    /// <summary>The last time that the start was asked for again; of <see cref="WorkflowId"/> only.</summary>
    public StartRetry? StartRetry { get; init; }

    [JsonIgnore]
    public DateTimeOffset? StartDueAt =>
        StartDecidedAt is null ? null : StartRetry?.WorkflowId == WorkflowId ? StartRetry!.NextAt : StartDecidedAt;

    /// <summary>Set while failed: from then on a run may restart the order.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public Lease? Lease { get; init; }

    public LastRun? LastRun { get; init; }

    public int DeadLetterCount { get; init; }

    /// <summary>When it last became one, which locates its entry in the queue. Null without an entry.</summary>
    public DateTimeOffset? DeadLetteredAt { get; init; }

    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>The job or person that deleted its dead letter, until it becomes one again.</summary>
    public string? PurgedBy { get; init; }

    /// <summary>Null for purges in older rows.</summary>
    public DateTimeOffset? PurgedAt { get; init; }

    public RestartModifications? Modifications { get; init; }

    public int EventCount { get; init; }

    /// <summary>Rises with every change except that of a lease.</summary>
    public int Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The version that a plan compares.</summary>
    [JsonIgnore]
    public string Stamp => string.Create(CultureInfo.InvariantCulture, $"v{Version}");

    /// <summary>The failure status of a failed order, else the phase's name.</summary>
    [JsonIgnore]
    public string Status => Phase == OrderPhase.Failed && Failure is { } failure ? failure.Status : EnumNames.Of(Phase);

    [JsonIgnore]
    public bool HasActiveWorkflow => Phase is OrderPhase.Pending or OrderPhase.InProgress or OrderPhase.PendingRetry;

    [JsonIgnore]
    public string? FailedTrace => Attempts.LastOrDefault(attempt => attempt.Failure is not null)?.Failure!.TraceParent;

    /// <summary>True exactly while its entry is unresolved.</summary>
    [JsonIgnore]
    public bool IsOpenDeadLetter => Phase == OrderPhase.DeadLetter && EscalatedAt is null && DeadLetteredAt is not null;

    /// <summary>Open or escalated.</summary>
    [JsonIgnore]
    public bool HasResolvableEntry => Phase == OrderPhase.DeadLetter && DeadLetteredAt is not null;

    /// <summary>It came in to have its workflow started by this app, and not by another system.</summary>
    [JsonIgnore]
    public bool WasStartedHere => Attempts.Any(attempt => attempt is { Number: 0, Generation: 0 } && IsOurs(attempt));

    [JsonIgnore]
    public bool IsRunHere => DroppedAttempts > 0 || Attempts.Any(IsOurs);

    [JsonIgnore]
    public bool HasEnded => Phase is OrderPhase.Completed or OrderPhase.Cancelled;

    /// <summary>An external workflow may have several orders, and this app's engine does not know it.</summary>
    internal bool IsOurs(Attempt attempt) => attempt.WorkflowId == WorkflowIds.For(OrderId, attempt.Generation, attempt.Number);
}

/// <param name="Answer">Why the start was not accepted; null when it was, and has had no effect yet.</param>
public sealed record StartRetry(string WorkflowId, DateTimeOffset NextAt, string? Answer = null);

/// <summary>What the last run did to the order. It stays, so that a run that repeats a chunk after a crash neither does nor counts it again.</summary>
/// <param name="WorkflowId">The workflow of a restart; null for a dead letter.</param>
public sealed record LastRun(string RunId, RunOutcome Outcome, string? WorkflowId = null);

[JsonConverter(typeof(EnumNameConverter<RunOutcome>))]
public enum RunOutcome
{
    Restarted,
    DeadLettered,
}

/// <summary>An order belongs to one operation at a time; others skip it until the lease expires.</summary>
public sealed record Lease(string Owner, DateTimeOffset Until)
{
    public bool Excludes(string owner, DateTimeOffset now) => Until > now && !string.Equals(Owner, owner, StringComparison.Ordinal);

    public string Describe(string orderId) => $"Order {orderId} belongs to {Owner} until {Until:O}.";
}

/// <summary>A lease changes neither the order's version nor its timeline, so that a plan stays valid.</summary>
public static class OrderLeases
{
    /// <returns>Null when another owner holds the order.</returns>
    public static Order? Take(Order order, string owner, DateTimeOffset until, DateTimeOffset now) =>
        order.Lease?.Excludes(owner, now) == true ? null : order with { Lease = new(owner, until) };

    public static Order Free(Order order, string owner) =>
        string.Equals(order.Lease?.Owner, owner, StringComparison.Ordinal) ? order with { Lease = null } : order;
}

[JsonConverter(typeof(EnumNameConverter<OrderPhase>))]
public enum OrderPhase
{
    /// <summary>Created; its first workflow has not begun.</summary>
    Pending,

    InProgress,
    Failed,

    /// <summary>A restart is decided; the new workflow has not begun.</summary>
    PendingRetry,

    Completed,
    DeadLetter,
    Cancelled,
}
