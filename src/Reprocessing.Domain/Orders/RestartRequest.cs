namespace Reprocessing.Domain.Orders;

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
