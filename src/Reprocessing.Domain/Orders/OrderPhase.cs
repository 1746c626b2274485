namespace Reprocessing.Domain.Orders;

/// <summary>
/// The published status of a failed order is its failure status (<see cref="Order.Status"/>); of any other phase it is the phase's name.
/// </summary>
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

/// <summary>The published statuses except those of failures (<see cref="FailureStatuses"/>).</summary>
public static class OrderStatus
{
    public static string Pending { get; } = EnumNames.Of(OrderPhase.Pending);

    public static string InProgress { get; } = EnumNames.Of(OrderPhase.InProgress);

    public static string PendingRetry { get; } = EnumNames.Of(OrderPhase.PendingRetry);

    public static string Completed { get; } = EnumNames.Of(OrderPhase.Completed);

    public static string DeadLetter { get; } = EnumNames.Of(OrderPhase.DeadLetter);

    public static string Cancelled { get; } = EnumNames.Of(OrderPhase.Cancelled);
}
