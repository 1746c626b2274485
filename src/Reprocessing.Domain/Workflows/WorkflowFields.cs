using Field = Reprocessing.Domain.Filters.FilterField<Reprocessing.Domain.Workflows.WorkflowRecord>;

namespace Reprocessing.Domain.Workflows;

/// <summary>The fields of a workflow that a query may use.</summary>
public static class WorkflowFields
{
    public static FilterField WorkflowType { get; } = new Field("workflowType", FieldKind.Text, record => FilterValue.Of(record.Type)) { Aliases = ["type"] };

    public static FilterField ExecutionStatus { get; } = new Field("executionStatus", FieldKind.Choice, record => FilterValue.Of(EnumNames.Of(record.Status)))
    {
        Choices = EnumNames.All<WorkflowStatus>(),
        Aliases = ["status", "runtimeStatus"],
    };

    public static FilterField StartTime { get; } = new Field("startTime", FieldKind.Time, record => FilterValue.Of(record.StartTime)) { Aliases = ["started"] };

    public static FilterField CloseTime { get; } = new Field("closeTime", FieldKind.Time, record => FilterValue.Of(record.CloseTime)) { Aliases = ["closed"] };

    public static FilterField OrderStatus { get; } = new Field("orderStatus", FieldKind.Choice, record => FilterValue.Of(record.OrderStatus))
    {
        ChoicesNow = OrderFields.Statuses,
    };

    public static FilterField CustomerId { get; } = new Field("customerId", FieldKind.Text, record => FilterValue.Of(record.CustomerId)) { Aliases = ["customer"] };

    public static FilterField RetryCount { get; } = new Field("retryCount", FieldKind.Number, record => FilterValue.Of((decimal)record.RetryCount))
    {
        Aliases = ["retries"],
    };

    public static FilterField InstanceId { get; } = new Field("instanceId", FieldKind.Text, record => FilterValue.Of(record.InstanceId))
    {
        Aliases = ["id", "workflowId"],
    };

    public static FieldCatalog Catalog { get; } = new(
        "workflows",
        [WorkflowType, ExecutionStatus, StartTime, CloseTime, OrderStatus, CustomerId, RetryCount, InstanceId],
        hasPayload: false);
}

/// <summary>A workflow as queries see it.</summary>
public sealed class WorkflowSubject(WorkflowRecord record) : FilterSubject<WorkflowRecord>(record);
