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
