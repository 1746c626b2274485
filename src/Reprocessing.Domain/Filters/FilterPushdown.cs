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

    private FilterPushdown(DateTimeOffset now, Func<FilterField, bool> isStored) => (_now, _isStored) = (now, isStored);

    /// <param name="isStored">Whether storage holds exactly the subject's value of a field, and compares it exactly (ordinally, choices in the catalog's case).</param>
    public static IReadOnlyList<PushedTerm> Of(FilterPredicate predicate, Func<FilterField, bool> isStored) =>
        [.. new FilterPushdown(predicate.Now, isStored).TermsOf(predicate.Root)];

    /// <summary>Between which times every match has a field; both ends belong to it, and null is no end.</summary>
    public static (DateTimeOffset? From, DateTimeOffset? To) TimesOf(FilterPredicate predicate, FilterField field)
    {
        var times = Of(predicate, other => other == field)
            .Where(term => term.Values.Count == 1)
            .ToLookup(term => term.Operator, term => (term.Values[0] as FilterValue.Time)?.At);
        return (
            times[FilterOperator.Equal].Concat(times[FilterOperator.Greater]).Concat(times[FilterOperator.GreaterOrEqual]).Max(),
            times[FilterOperator.Equal].Concat(times[FilterOperator.Less]).Concat(times[FilterOperator.LessOrEqual]).Min());
    }

    private IEnumerable<PushedTerm> TermsOf(FilterNode node) => node switch
    {
        FilterNode.And both => TermsOf(both.Left).Concat(TermsOf(both.Right)),
        FilterNode.Not { Inner: FilterNode.Not { Inner: var inner } } => TermsOf(inner),
        FilterNode.Compare { Operand: Operand.Field { Definition: var field } } compare => TermsOf(field, compare.Operator, compare.Value),
        FilterNode.Between { Operand: Operand.Field { Definition: var field } } between =>
            [.. TermsOf(field, FilterOperator.GreaterOrEqual, between.Low), .. TermsOf(field, FilterOperator.LessOrEqual, between.High)],
        FilterNode.In { Negated: true, Operand: Operand.Field { Definition: var field }, Values: { Count: <= MaxAnyOf } values } =>
            values.SelectMany(value => TermsOf(field, FilterOperator.NotEqual, value)),
        FilterNode.Or or FilterNode.In when Alternatives(node) is { } anyOf => [anyOf],
        _ => [],
    };

    private IEnumerable<PushedTerm> TermsOf(FilterField field, FilterOperator op, FilterValue value)
    {
        if (field.Since is { } since && value is FilterValue.Duration { Length: var age })
        {
            (field, op, value) = (since, Mirrored(op), new FilterValue.Time(_now - age));
        }

        return (op, value) switch
        {
            _ when !_isStored(field) => [],
            (FilterOperator.StartsWith, FilterValue.Text { Content: var start }) when field.Kind == FieldKind.Text => AfterAll(start) is { } end
                ? [new(field, FilterOperator.GreaterOrEqual, value), new(field, FilterOperator.Less, new FilterValue.Text(end))]
                : [new(field, FilterOperator.GreaterOrEqual, value)],
            (FilterOperator.Contains or FilterOperator.StartsWith, _) => [],
            _ => [new(field, op, value)],
        };
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
        // Half a surrogate pair cannot be sent. The lower bound alone is wider, which is safe.
        var rest = start.TrimEnd(char.MaxValue);
        return rest is [.. var before, var last] && !char.IsSurrogate(last) && !char.IsSurrogate((char)(last + 1)) ? $"{before}{(char)(last + 1)}" : null;
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
