namespace Reprocessing.Domain.Orders;

/// <summary>
/// Where an order is in its life. The published status of a failed order is its failure status (<see cref="Order.Status"/>);
/// the status of every other phase is the phase's own name.
/// </summary>
[JsonConverter(typeof(EnumNameConverter<OrderPhase>))]
public enum OrderPhase
{
    /// <summary>Created; its first workflow has not begun.</summary>
    Pending,

    InProgress,
    Failed,

    /// <summary>A restart was decided; the new workflow has not begun.</summary>
    PendingRetry,

    Completed,
    DeadLetter,
    Cancelled,
}

/// <summary>The published statuses but those of failures (<see cref="Failures.FailureStatuses"/>).</summary>
public static class OrderStatus
{
    public static string Pending { get; } = StableNames.Of(OrderPhase.Pending);

    public static string InProgress { get; } = StableNames.Of(OrderPhase.InProgress);

    public static string PendingRetry { get; } = StableNames.Of(OrderPhase.PendingRetry);

    public static string Completed { get; } = StableNames.Of(OrderPhase.Completed);

    public static string DeadLetter { get; } = StableNames.Of(OrderPhase.DeadLetter);

    public static string Cancelled { get; } = StableNames.Of(OrderPhase.Cancelled);
}
