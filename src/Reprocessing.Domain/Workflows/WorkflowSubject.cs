using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Names;

namespace Reprocessing.Domain.Workflows;

/// <summary>A workflow as queries see it. It has no payload: an input is looked at by id only.</summary>
public sealed class WorkflowSubject(WorkflowRecord record) : IFilterSubject
{
    private static readonly Dictionary<FilterField, Func<WorkflowRecord, FilterValue?>> Readers = new()
    {
        [WorkflowFields.WorkflowType] = record => FilterValue.Of(record.Type),
        [WorkflowFields.ExecutionStatus] = record => FilterValue.Of(StableNames.Of(record.Status)),
        [WorkflowFields.StartTime] = record => FilterValue.Of(record.StartTime),
        [WorkflowFields.CloseTime] = record => FilterValue.Of(record.CloseTime),
        [WorkflowFields.OrderStatus] = record => FilterValue.Of(record.OrderStatus),
        [WorkflowFields.CustomerId] = record => FilterValue.Of(record.CustomerId),
        [WorkflowFields.RetryCount] = record => FilterValue.Of((decimal)record.RetryCount),
        [WorkflowFields.InstanceId] = record => FilterValue.Of(record.InstanceId),
    };

    public FilterValue? ValueOf(FilterField field) => Readers.TryGetValue(field, out var read) ? read(record) : null;
}
