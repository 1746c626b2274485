using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;

namespace ReprocessingFunctions.Exports;

/// <summary>The statuses that orders are published with, by which exports are narrowed.</summary>
internal static class OrderStatuses
{
    private static readonly string[] Known =
    [
        .. EnumNames.All<OrderPhase>().Where(name => name != EnumNames.Of(OrderPhase.Failed)), .. FailureStatuses.All.Select(one => one.Name),
    ];

    /// <summary>What is wrong with it, as a sentence; null of none.</summary>
    public static string? Fault(string? status) =>
        status is null || Known.Contains(status) ? null : $"'status' must be one of {string.Join(", ", Known)}.";
}
