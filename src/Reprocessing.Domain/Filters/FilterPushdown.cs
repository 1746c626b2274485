namespace Reprocessing.Domain.Filters;

/// <summary>
/// The part of a filter that storage can evaluate. The filter implies all these terms, so storage returns every match and perhaps
/// more, and each item is tested again. Dropping a term is always safe. NOT is never pushed: an item without a value matches it,
/// but storage would not return that item.
/// </summary>
public sealed class FilterPushdown
{
    /// <summary>Longer lists are not pushed, to keep the query short.</summary>
    public const int MaxAnyOf = 10;

    private readonly DateTimeOffset _now;
    private readonly Func<FilterField, bool> _isStored;
    private readonly List<PushedTerm> _terms = [];

    private FilterPushdown(DateTimeOffset now, Func<FilterField, bool> isStored) => (_now, _isStored) = (now, isStored);

    /// <param name="isStored">Whether storage holds exactly the subject's value of a field, and compares it exactly (ordinally, choices in the catalog's case).</param>
    public static IReadOnlyList<PushedTerm> Of(FilterPredicate predicate, Func<FilterField, bool> isStored)
    {
        var pushdown = new FilterPushdown(predicate.Now, isStored);
        pushdown.Collect(predicate.Root);
        return pushdown._terms;
    }

    /// <summary>Between which times every match has a field; both ends belong to it, and null is no end.</summary>
    public static (DateTimeOffset? From, DateTimeOffset? To) TimesOf(FilterPredicate predicate, FilterField field)
    {
        DateTimeOffset? from = null, to = null;
        foreach (var term in Of(predicate, other => other == field))
        {
            if (term.Values is not [FilterValue.Time { At: var at }])
            {
                continue;
            }

            if (term.Operator is FilterOperator.Equal or FilterOperator.Greater or FilterOperator.GreaterOrEqual && !(from > at))
            {
                from = at;
            }

            if (term.Operator is FilterOperator.Equal or FilterOperator.Less or FilterOperator.LessOrEqual && !(to < at))
            {
                to = at;
            }
        }

        return (from, to);
    }

    private void Collect(FilterNode node)
    {
        switch (node)
        {
            case FilterNode.And both:
                Collect(both.Left);
                Collect(both.Right);
                break;
            case FilterNode.Or either when Alternatives(either) is { } anyOf:
                _terms.Add(anyOf);
                break;
            case FilterNode.Not { Inner: FilterNode.Not { Inner: var inner } }:
                Collect(inner);
                break;
            case FilterNode.Compare { Operand: Operand.Field { Definition: var field } } compare:
                Add(field, compare.Operator, compare.Value);
                break;
            case FilterNode.Between { Operand: Operand.Field { Definition: var field } } between:
                Add(field, FilterOperator.GreaterOrEqual, between.Low);
                Add(field, FilterOperator.LessOrEqual, between.High);
                break;
            case FilterNode.In { Negated: true, Operand: Operand.Field { Definition: var field }, Values: { Count: <= MaxAnyOf } values }:
                foreach (var value in values)
                {
                    Add(field, FilterOperator.NotEqual, value);
                }

                break;
            case FilterNode.In among when Alternatives(among) is { } anyOf:
                _terms.Add(anyOf);
                break;
        }
    }

    private void Add(FilterField field, FilterOperator op, FilterValue value)
    {
        if (field.Since is { } since && value is FilterValue.Duration { Length: var age })
        {
            (field, op, value) = (since, Mirrored(op), new FilterValue.Time(_now - age));
        }

        if (!_isStored(field))
        {
            return;
        }

        if (op == FilterOperator.StartsWith && field.Kind == FieldKind.Text && value is FilterValue.Text { Content: var start })
        {
            _terms.Add(new PushedTerm(field, FilterOperator.GreaterOrEqual, value));
            if (AfterAll(start) is { } end)
            {
                _terms.Add(new PushedTerm(field, FilterOperator.Less, new FilterValue.Text(end)));
            }
        }
        else if (op is not (FilterOperator.Contains or FilterOperator.StartsWith))
        {
            _terms.Add(new PushedTerm(field, op, value));
        }
    }

    /// <summary>Null unless the node says that one stored field has one of a few values.</summary>
    private PushedTerm? Alternatives(FilterNode node) => Equalities(node) is (var field, var values) && values.Distinct().ToList() is { Count: <= MaxAnyOf } few
        ? new PushedTerm(field, FilterOperator.Equal, few)
        : null;

    private (FilterField Field, IEnumerable<FilterValue> Values)? Equalities(FilterNode node) => node switch
    {
        FilterNode.Or either when Equalities(either.Left) is { } left && Equalities(either.Right) is { } right && left.Field == right.Field =>
            (left.Field, left.Values.Concat(right.Values)),
        FilterNode.Compare { Operator: FilterOperator.Equal, Operand: Operand.Field { Definition: { Since: null } field } } compare
            when _isStored(field) => (field, [compare.Value]),
        FilterNode.In { Negated: false, Operand: Operand.Field { Definition: { Since: null } field } } among
            when _isStored(field) => (field, among.Values),
        _ => null,
    };

    /// <summary>The smallest text after all texts with this prefix; null when there is none.</summary>
    private static string? AfterAll(string start)
    {
        var last = start.Length - 1;
        while (last >= 0 && start[last] == char.MaxValue)
        {
            last--;
        }

        // Half a surrogate pair cannot be sent. The lower bound alone is wider, which is safe.
        return last < 0 || char.IsSurrogate(start[last]) || char.IsSurrogate((char)(start[last] + 1))
            ? null
            : string.Concat(start.AsSpan(0, last), ((char)(start[last] + 1)).ToString());
    }

    private static FilterOperator Mirrored(FilterOperator op) => op switch
    {
        FilterOperator.Less => FilterOperator.Greater,
        FilterOperator.LessOrEqual => FilterOperator.GreaterOrEqual,
        FilterOperator.Greater => FilterOperator.Less,
        FilterOperator.GreaterOrEqual => FilterOperator.LessOrEqual,
        _ => op,
    };
}

/// <summary>A condition on a stored field that every match meets: the comparison holds with one of the values.</summary>
public sealed record PushedTerm(FilterField Field, FilterOperator Operator, params IReadOnlyList<FilterValue> Values);
