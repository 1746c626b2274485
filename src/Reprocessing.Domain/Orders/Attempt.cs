namespace Reprocessing.Domain.Orders;

/// <summary>One workflow's go at an order.</summary>
/// <param name="Number">0 is the first; the n-th restart is n. Starts again at 0 in each generation.</param>
public sealed record Attempt(int Number, int Generation, string WorkflowId, DateTimeOffset RequestedAt)
{
    /// <summary>The reprocessing run or the job that asked for it; null for the first, and when a person did.</summary>
    public string? RunId { get; init; }

    /// <summary>Which go of that job at the order it is; null of a run.</summary>
    public int? JobAttempt { get; init; }

    /// <summary>As what that job knows the order; null where its items are orders.</summary>
    public string? JobItem { get; init; }

    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>
    /// An outside service has it in hand, and no engine of this app knows its workflow. Null while it has not begun, and of those that
    /// began before this was kept.
    /// </summary>
    public bool? IsOutside { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public OrderFailure? Failure { get; init; }
}

/// <summary>What a workflow of an order is started with: its own id, which attempt it is, and the order's input, whole.</summary>
public sealed record OrderStart(string OrderId, string WorkflowId, int Attempt, int Generation, OrderInput Input)
{
    /// <summary>They stand on the order, so that a start that got lost is made up for with the same ones.</summary>
    public RestartModifications? Modifications { get; init; }

    /// <summary>Nothing was tried before.</summary>
    public bool IsFirst => Attempt == 0 && Generation == 0;

    /// <summary>The last stage that earlier attempts have done.</summary>
    public Stage? Checkpoint { get; init; }

    /// <summary>When the start was decided: the same however often it is tried.</summary>
    public DateTimeOffset DecidedAt { get; init; }
}

/// <summary>How an order is to be started anew by somebody other than the scheduled run.</summary>
public sealed record RestartRequest
{
    public static RestartRequest Plain { get; } = new();

    /// <summary>Which go of the job at the order it is: 1 is the first.</summary>
    public int JobAttempt { get; init; } = 1;

    public RestartModifications? Modifications { get; init; }

    /// <summary>Until when the job keeps others off the order while it waits for the outcome; null frees it at once.</summary>
    public DateTimeOffset? HoldUntil { get; init; }
}

/// <summary>What a retried workflow does otherwise than the settings say. Its input is never altered.</summary>
/// <param name="StageTimeout">Of one call of one stage.</param>
/// <param name="From">Where it begins.</param>
public sealed record RestartModifications(TimeSpan? StageTimeout = null, RestartPoint? From = null)
{
    public static readonly TimeSpan ShortestStageTimeout = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestStageTimeout = TimeSpan.FromHours(1);
}

[JsonConverter(typeof(EnumNameConverter<RestartPoint>))]
public enum RestartPoint
{
    /// <summary>Every stage runs again.</summary>
    Beginning,

    /// <summary>Stages that an earlier attempt completed are not run again.</summary>
    FailedStage,
}
