namespace Reprocessing.Domain.Orders;

/// <param name="Sequence">0, 1, 2, ... without a gap in one order.</param>
public sealed record TimelineEvent(int Sequence, DateTimeOffset At, TimelineEventKind Kind)
{
    public string? WorkflowId { get; init; }

    /// <summary>The reprocessing run or the job that caused it.</summary>
    public string? RunId { get; init; }

    /// <summary>The person or program that asked for it.</summary>
    public string? Actor { get; init; }

    public Stage? Stage { get; init; }

    /// <summary>The order's status from then on, where the event changed it.</summary>
    public string? Status { get; init; }

    /// <summary>A failure's or an operator's reason.</summary>
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

    /// <summary>A dead letter was started anew.</summary>
    TakenUp,

    Escalated,

    /// <summary>Its dead letter was deleted.</summary>
    Purged,

    /// <summary>Its workflow was ended and is run again from an earlier point.</summary>
    Reset,
}

/// <summary>Who has something done to an order, and why: what the timeline tells of a deed that no workflow and no schedule did.</summary>
/// <param name="By">The person or program that asked for it.</param>
public sealed record Act(string By, string? Reason = null)
{
    /// <summary>The job that it is part of; null when it was asked for by itself.</summary>
    public string? JobId { get; init; }

    /// <summary>Who answers for it on a dead letter: the job, or whoever asked.</summary>
    public string Owner => JobId ?? By;
}
