using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Filters;

namespace Reprocessing.Storage.Workflows;

/// <summary>What storage itself can leave out of a range: the terms of the query that are comparisons with columns.</summary>
internal static class LaneCondition
{
    private static readonly Dictionary<FilterField, string> Columns = new()
    {
        [WorkflowFields.WorkflowType] = WorkflowRows.TypeColumn,
        [WorkflowFields.ExecutionStatus] = "Status",
        [WorkflowFields.StartTime] = "StartTime",
        [WorkflowFields.CloseTime] = "CloseTime",
        [WorkflowFields.OrderStatus] = "OrderStatus",
        [WorkflowFields.CustomerId] = "CustomerId",
        [WorkflowFields.InstanceId] = "InstanceId",
    };

    /// <summary>Null when there is nothing to leave out.</summary>
    public static string? Of(FilterPredicate? filter)
    {
        if (filter is null)
        {
            return null;
        }

        var condition = new PushedCondition(Columns);
        foreach (var term in FilterPushdown.Of(filter, Columns.ContainsKey))
        {
            condition.Add(term);
        }

        return condition.Text;
    }
}
