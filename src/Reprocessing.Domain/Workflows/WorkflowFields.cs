using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;

namespace Reprocessing.Domain.Workflows;

/// <summary>What a query may name of a workflow.</summary>
public static class WorkflowFields
{
    public static FilterField WorkflowType { get; } = new("workflowType", FieldKind.Text) { Aliases = ["type"] };

    public static FilterField ExecutionStatus { get; } = new("executionStatus", FieldKind.Choice)
    {
        Choices = StableNames.All<WorkflowStatus>(),
        Aliases = ["status", "runtimeStatus"],
    };

    public static FilterField StartTime { get; } = new("startTime", FieldKind.Time) { Aliases = ["started"] };

    public static FilterField CloseTime { get; } = new("closeTime", FieldKind.Time) { Aliases = ["closed"] };

    public static FilterField OrderStatus { get; } = new("orderStatus", FieldKind.Choice)
    {
        Choices =
        [
            .. StableNames.All<OrderPhase>().Except([StableNames.Of(OrderPhase.Failed)]),
            .. FailureStatuses.All.Select(status => status.Name),
        ],
    };

    public static FilterField CustomerId { get; } = new("customerId", FieldKind.Text) { Aliases = ["customer"] };

    public static FilterField RetryCount { get; } = new("retryCount", FieldKind.Number) { Aliases = ["retries"] };

    public static FilterField InstanceId { get; } = new("instanceId", FieldKind.Text) { Aliases = ["id", "workflowId"] };

    public static FieldCatalog Catalog { get; } = new(
        "workflows",
        [WorkflowType, ExecutionStatus, StartTime, CloseTime, OrderStatus, CustomerId, RetryCount, InstanceId]);
}
