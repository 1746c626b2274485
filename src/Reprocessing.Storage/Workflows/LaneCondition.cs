using Azure.Data.Tables;
using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Workflows;

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

        var conditions = FilterPushdown.Of(filter, Columns.ContainsKey).Select(Condition).OfType<string>().ToList();
        return conditions.Count == 0 ? null : string.Join(" and ", conditions);
    }

    private static string? Condition(PushedTerm term)
    {
        var column = Columns[term.Field];
        if (term is PushedTerm.AnyOf among)
        {
            var any = among.Values.Select(value => Compare(column, "eq", value)).ToList();
            return any.Contains(null) ? null : $"({string.Join(" or ", any)})";
        }

        return term is PushedTerm.Compare compare ? Compare(column, Symbol(compare.Operator), compare.Value) : null;
    }

    private static string? Compare(string column, string symbol, FilterValue value) => value switch
    {
        FilterValue.Text { Content: var text } => $"{column} {symbol} {TableClient.CreateQueryFilter($"{text}")}",

        // Older than a table's times can be: no row is.
        FilterValue.Time { At: var at } when at.Year > 1_700 => $"{column} {symbol} {TableClient.CreateQueryFilter($"{at}")}",
        _ => null,
    };

    private static string Symbol(PushedOperator op) => op switch
    {
        PushedOperator.Equal => "eq",
        PushedOperator.NotEqual => "ne",
        PushedOperator.Less => "lt",
        PushedOperator.LessOrEqual => "le",
        PushedOperator.Greater => "gt",
        _ => "ge",
    };
}
