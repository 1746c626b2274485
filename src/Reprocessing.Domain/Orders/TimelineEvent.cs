namespace Reprocessing.Domain.Orders;

/// <param name="Sequence">0, 1, 2, ... without gaps.</param>
public sealed record TimelineEvent(int Sequence, DateTimeOffset At, TimelineEventKind Kind)
{
    public string? WorkflowId { get; init; }

    /// <summary>The run or job that caused it.</summary>
    public string? RunId { get; init; }

    /// <summary>The person or program that asked for it.</summary>
    public string? Actor { get; init; }

    public Stage? Stage { get; init; }

    /// <summary>The order's new status, if the event changed it.</summary>
    public string? Status { get; init; }

    /// <summary>The reason of a failure or an operator.</summary>
    public string? Detail { get; init; }
}

[JsonConverter(typeof(EnumNameConverter<TimelineEventKind>))]
public enum TimelineEventKind
{
    Created,
    Started,
    StageCompleted,
    Failed,
    Restarted,
    DeadLettered,
    Completed,
    Cancelled,
    Note,

    /// <summary>A dead letter was requeued.</summary>
    [JsonStringEnumMemberName("taken_up")]
    Requeued,

    Escalated,
    Purged,
    Reset,
}

/// <summary>Who acts on an order and why. Workflows and scheduled runs have none.</summary>
/// <param name="By">The person or program that asked for it.</param>
public sealed record AuditedAction(string By, string? Reason = null)
{
    /// <summary>The job that it is part of; null for a single request.</summary>
    public string? JobId { get; init; }

    /// <summary>The job, or the caller.</summary>
    public string Owner => JobId ?? By;
}
