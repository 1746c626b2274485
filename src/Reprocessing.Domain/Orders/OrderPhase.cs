namespace Reprocessing.Domain.Orders;

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
