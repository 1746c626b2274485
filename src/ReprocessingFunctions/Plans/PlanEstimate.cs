using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;

namespace ReprocessingFunctions.Plans;

/// <summary>What applying a plan will take, roughly: for people who decide whether now is the time.</summary>
/// <param name="Seconds">To the last item's start, at the pace asked for or at <see cref="DefaultRate"/>.</param>
/// <param name="BackendActions">Calls that the systems behind the orders and the storage will see.</param>
internal sealed record PlanEstimate(double Seconds, long BackendActions)
{
    /// <summary>Items a second, as measured on one host with storage near it; what the orders' own workflows take comes after.</summary>
    public const double DefaultRate = 100;

    /// <summary>A restarted order begins, passes its stages and ends; every one of these is an activity with a step of its own.</summary>
    private static readonly int ActivitiesPerOrder = Enum.GetValues<Stage>().Length + 2;

    public static PlanEstimate Of(JobOperation operation, int count, double? itemsPerSecond = null) =>
        new(Math.Ceiling(10 * count / (itemsPerSecond is > 0 and var rate ? rate : DefaultRate)) / 10, (long)count * ActionsPerItem(operation));

    private static int ActionsPerItem(JobOperation operation) =>
        operation is JobOperation.Retry or JobOperation.Reprocess or JobOperation.Reset ? 1 + (2 * ActivitiesPerOrder) : 1;
}
