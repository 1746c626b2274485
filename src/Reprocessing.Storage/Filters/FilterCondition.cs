namespace Reprocessing.Storage.Filters;

/// <summary>The terms of a filter that compare columns, as an OData condition. A term may be left out: the rows are tested again.</summary>
internal static class FilterCondition
{
    // The service takes 15 comparisons in a query; partition, both ends of the range, page position and scope are among them.
    private const int MaxComparisons = 10;
    private const int MaxLength = 2_000;

    /// <param name="columns">The fields that rows have a column for. What a record does not have is no column, and no condition holds of it.</param>
    /// <param name="stored">What a text of a field stands as in its column, where that is another one.</param>
    public static string? Of(
        FilterPredicate? filter, IReadOnlyDictionary<FilterField, string> columns, Func<FilterField, string, string>? stored = null)
    {
        List<string> conditions = [];
        var (comparisons, length) = (0, 0);
        foreach (var term in filter is null ? [] : FilterPushdown.Of(filter, columns.ContainsKey))
        {
            var anyOf = term.Values.Select(value => Comparison(columns[term.Field], term.Operator, Value(term.Field, value))).ToList();
            var condition = anyOf is [var only] ? only : $"({string.Join(" or ", anyOf)})";
            if (!anyOf.Contains(null) && comparisons + anyOf.Count <= MaxComparisons && length + condition!.Length <= MaxLength)
            {
                (comparisons, length) = (comparisons + anyOf.Count, length + condition.Length);
                conditions.Add(condition);
            }
        }

        return conditions.Count == 0 ? null : string.Join(" and ", conditions);

        object? Value(FilterField field, FilterValue value) => value switch
        {
            FilterValue.Text { Content: var text } => stored?.Invoke(field, text) ?? text,
            FilterValue.Time { At: var at } when at >= Timestamps.Earliest => at.ToUniversalTime(),
            FilterValue.Number { Amount: var amount } when amount == decimal.Truncate(amount) && Math.Abs(amount) <= int.MaxValue => (int)amount,
            _ => null,
        };
    }

    /// <summary>All of the conditions that are there; null when none is.</summary>
    public static string? All(params IEnumerable<string?> conditions) =>
        string.Join(" and ", conditions.OfType<string>().Select(one => $"({one})")) is { Length: > 0 } all ? all : null;

    private static string? Comparison(string column, FilterOperator op, object? value)
    {
        var name = op switch
        {
            FilterOperator.Equal => "eq",
            FilterOperator.NotEqual => "ne",
            FilterOperator.Less => "lt",
            FilterOperator.LessOrEqual => "le",
            FilterOperator.Greater => "gt",
            _ => "ge",
        };
        return value is null ? null : TableClient.CreateQueryFilter(FormattableStringFactory.Create($"{column} {name} {{0}}", value));
    }
}
