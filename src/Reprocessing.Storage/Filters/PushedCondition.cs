namespace Reprocessing.Storage.Filters;

/// <summary>
/// The terms of a filter that are comparisons with columns, in the service's language. What does not fit into a query, or cannot be
/// said in it, is left out, which is always right: the rows that come are still to be tested.
/// </summary>
/// <param name="columns">The fields that every row has a column for.</param>
internal sealed class PushedCondition(IReadOnlyDictionary<FilterField, string> columns)
{
    // The service takes 15 comparisons in a query; partition, both ends of the range, page position and scope are among them.
    private const int MaxComparisons = 10;
    private const int MaxLength = 2_000;

    private readonly List<string> _conditions = [];
    private int _comparisons;
    private int _length;

    /// <summary>Null when the service can judge nothing.</summary>
    public string? Text => _conditions.Count == 0 ? null : string.Join(" and ", _conditions);

    /// <summary>What a text of a field stands as in its column, where that is another one.</summary>
    public Func<FilterField, string, string> Stored { get; init; } = (_, text) => text;

    public void Add(PushedTerm term)
    {
        IReadOnlyList<string?> anyOf = term switch
        {
            PushedTerm.Compare compare => [Comparison(compare.Field, compare.Operator, compare.Value)],
            PushedTerm.AnyOf any => [.. any.Values.Select(value => Comparison(any.Field, FilterOperator.Equal, value))],
            _ => [null],
        };
        var condition = anyOf is [var only] ? only : $"({string.Join(" or ", anyOf)})";
        if (anyOf.Contains(null) || _comparisons + anyOf.Count > MaxComparisons || _length + condition!.Length > MaxLength)
        {
            return;
        }

        _comparisons += anyOf.Count;
        _length += condition.Length;
        _conditions.Add(condition);
    }

    private string? Comparison(FilterField field, FilterOperator op, FilterValue value)
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
        object? written = value switch
        {
            FilterValue.Text { Content: var text } => Stored(field, text),
            FilterValue.Time { At: var at } when at >= Timestamps.Earliest => at.ToUniversalTime(),
            _ => null,
        };
        return written is not null && columns.TryGetValue(field, out var column)
            ? TableClient.CreateQueryFilter(FormattableStringFactory.Create($"{column} {name} {{0}}", written))
            : null;
    }
}
