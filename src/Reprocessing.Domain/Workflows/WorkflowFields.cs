using Reprocessing.Domain.Filters;

namespace Reprocessing.Domain.Workflows;

/// <summary>The fields of a workflow that a query may use.</summary>
public static class WorkflowFields
{
    public static FilterField WorkflowType { get; } = new("workflowType", FieldKind.Text) { Aliases = ["type"] };

    public static FilterField ExecutionStatus { get; } = new("executionStatus", FieldKind.Choice)
    {
        Choices = EnumNames.All<WorkflowStatus>(),
        Aliases = ["status", "runtimeStatus"],
    };

    public static FilterField StartTime { get; } = new("startTime", FieldKind.Time) { Aliases = ["started"] };

    public static FilterField CloseTime { get; } = new("closeTime", FieldKind.Time) { Aliases = ["closed"] };

    public static FilterField OrderStatus { get; } = new("orderStatus", FieldKind.Choice)
    {
        Choices =
        [
            .. EnumNames.All<OrderPhase>().Except([EnumNames.Of(OrderPhase.Failed)]),
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

/// <summary>A workflow as queries see it. It has no payload.</summary>
public sealed class WorkflowSubject(WorkflowRecord record) : IFilterSubject
{
    private static readonly Dictionary<FilterField, Func<WorkflowRecord, FilterValue?>> Readers = new()
    {
        [WorkflowFields.WorkflowType] = record => FilterValue.Of(record.Type),
        [WorkflowFields.ExecutionStatus] = record => FilterValue.Of(EnumNames.Of(record.Status)),
        [WorkflowFields.StartTime] = record => FilterValue.Of(record.StartTime),
        [WorkflowFields.CloseTime] = record => FilterValue.Of(record.CloseTime),
        [WorkflowFields.OrderStatus] = record => FilterValue.Of(record.OrderStatus),
        [WorkflowFields.CustomerId] = record => FilterValue.Of(record.CustomerId),
        [WorkflowFields.RetryCount] = record => FilterValue.Of((decimal)record.RetryCount),
        [WorkflowFields.InstanceId] = record => FilterValue.Of(record.InstanceId),
    };

    public FilterValue? ValueOf(FilterField field) => Readers.TryGetValue(field, out var read) ? read(record) : null;
}
