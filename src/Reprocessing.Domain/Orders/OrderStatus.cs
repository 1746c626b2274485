using Reprocessing.Domain.Names;

namespace Reprocessing.Domain.Orders;

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
