namespace Reprocessing.Domain.Orders;

/// <param name="Sequence">0, 1, 2, ... without gaps.</param>
public sealed record TimelineEvent(int Sequence, DateTimeOffset At, TimelineEventKind Kind)
{
    public string? WorkflowId { get; init; }

    public string? RunId { get; init; }

    public string? Actor { get; init; }

    public Stage? Stage { get; init; }

    public string? Status { get; init; }

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

    [JsonStringEnumMemberName("taken_up")]
    Requeued,

    Escalated,
    Purged,
    Reset,
}

/// <summary>Who acts on an order and why. Workflows and scheduled runs have none.</summary>
public sealed record AuditedAction(string By, string? Reason = null)
{
    public string? JobId { get; init; }

    public string Owner => JobId ?? By;
}
