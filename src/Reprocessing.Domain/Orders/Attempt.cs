namespace Reprocessing.Domain.Orders;

/// <param name="Number">0 is the first, n the n-th restart; starts again at 0 in each generation.</param>
public sealed record Attempt(int Number, int Generation, string WorkflowId, DateTimeOffset RequestedAt)
{
    /// <summary>The run or job that started it; null for the first attempt and for a person's.</summary>
    public string? RunId { get; init; }

    public int? JobAttempt { get; init; }

    /// <summary>The job's item, if it is not the order itself.</summary>
    public string? JobItem { get; init; }

    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>An external service works on it, and this app's engine does not know its workflow. Null before it began, and in older rows.</summary>
    public bool? IsExternal { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public OrderFailure? Failure { get; init; }
}

/// <summary>The input of an order's workflow.</summary>
public sealed record OrderStart(string OrderId, string WorkflowId, int Attempt, int Generation, OrderInput Input)
{
    /// <summary>Stored on the order, so that a lost start is repeated with the same ones.</summary>
    public RestartModifications? Modifications { get; init; }

    public bool IsFirst => Attempt == 0 && Generation == 0;

    public Stage? Checkpoint { get; init; }

    public string? FailedTrace { get; init; }

    /// <summary>The same for every try of this start.</summary>
    public DateTimeOffset DecidedAt { get; init; }
}

/// <param name="HoldUntil">How long the job holds the order while it waits for the outcome; null releases it at once.</param>
public sealed record RestartRequest(int JobAttempt = 1, RestartModifications? Modifications = null, DateTimeOffset? HoldUntil = null)
{
    public static RestartRequest Plain { get; } = new();
}

/// <summary>What a restarted workflow does differently. Its input never changes.</summary>
/// <param name="StageTimeout">Of one call of one stage.</param>
public sealed record RestartModifications(TimeSpan? StageTimeout = null, RestartPoint? From = null)
{
    public const double ShortestStageTimeoutSeconds = 1;
    public const double LongestStageTimeoutSeconds = 3_600;
}

[JsonConverter(typeof(EnumNameConverter<RestartPoint>))]
public enum RestartPoint
{
    Beginning,

    /// <summary>Stages that an earlier attempt completed are skipped.</summary>
    FailedStage,
}

[JsonConverter(typeof(EnumNameConverter<Stage>))]
public enum Stage
{
    Validate,
    Plan,
    Pick,
    Pack,
    Ship,
}

public static class Stages
{
    public static IReadOnlyList<Stage> All { get; } = Enum.GetValues<Stage>();

    public static Stage? After(Stage? completed) => completed == Stage.Ship ? null : completed + 1 ?? Stage.Validate;
}

/// <param name="From">Whether the workflow goes on after the stages that earlier attempts have done.</param>
public sealed record StageWork(string OrderId, string WorkflowId, Stage Stage, RestartPoint From);
