using Field = Reprocessing.Domain.Filters.FieldsOf<Reprocessing.Domain.Workflows.WorkflowRecord>;

namespace Reprocessing.Domain.Workflows;

public static class WorkflowFields
{
    public static FilterField WorkflowType { get; } = Field.Text("workflowType", record => record.Type, "type");

    public static FilterField ExecutionStatus { get; } = Field.Choice<WorkflowStatus>("executionStatus", record => record.Status, "status", "runtimeStatus");

    public static FilterField StartTime { get; } = Field.Time("startTime", record => record.StartTime, "started");

    public static FilterField CloseTime { get; } = Field.Time("closeTime", record => record.CloseTime, "closed");

    public static FilterField OrderStatus { get; } = Field.Choice("orderStatus", record => record.OrderStatus, OrderFields.Statuses);

    public static FilterField CustomerId { get; } = Field.Text("customerId", record => record.CustomerId, "customer");

    public static FilterField RetryCount { get; } = Field.Number("retryCount", record => record.RetryCount, "retries");

    public static FilterField InstanceId { get; } = Field.Text("instanceId", record => record.InstanceId, "id", "workflowId");

    public static FieldCatalog Catalog { get; } = new(
        "workflows",
        [WorkflowType, ExecutionStatus, StartTime, CloseTime, OrderStatus, CustomerId, RetryCount, InstanceId],
        hasPayload: false);
}
