using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;

namespace ReprocessingFunctions.Fulfillment;

/// <summary>What an order's workflow starts with. The order's own input comes along whole, as the order came in.</summary>
/// <param name="Attempt">Zero for the first workflow of the order, then the number of the restart.</param>
internal sealed record OrderFulfillmentInput(
    string OrderId, string WorkflowId, int Attempt, int Generation, OrderInput Order, RestartPoint From, FulfillmentLimits Limits);

/// <summary>Time limits of one activity call; taken from the settings when the workflow is started.</summary>
internal sealed record FulfillmentLimits(TimeSpan StageTimeout, TimeSpan StorageTimeout);

/// <param name="Reason">Why the attempt ended without doing anything; null when it completed the order.</param>
internal sealed record OrderFulfillmentResult(string OrderId, bool Completed, string? Reason = null);

internal sealed record OrderFulfillmentStatus(Stage Stage);

/// <summary>How a stage ended; no error type means well.</summary>
internal sealed record StageOutcome(ErrorType? ErrorType = null, string? Reason = null, bool IsTransient = false)
{
    /// <summary>The order was taken from this workflow meanwhile (cancelled, reset); the workflow has nothing left to do.</summary>
    public string? LostBecause { get; init; }
}
