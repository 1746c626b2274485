namespace Reprocessing.Domain.Filters;

/// <summary>
/// What storage may narrow a scan with. All terms together are implied by the filter: they let through each match and perhaps
/// more, so every item is still to be tested. Dropping a term is always safe. NOT is never pushed: an item without a value
/// matches it, and storage would not give that item.
/// </summary>
public static class FilterPushdown
{
    /// <summary>Longer lists than this are not pushed: a query is bounded too.</summary>
    public const int MaxAnyOf = 10;

    /// <param name="isStored">
    /// The fields whose values stand in storage as the subject gives them, compared there exactly (texts ordinally, choices in
    /// the catalog's own letters).
    /// </param>
    public static IReadOnlyList<PushedTerm> Of(FilterPredicate predicate, Func<FilterField, bool> isStored)
    {
        List<PushedTerm> terms = [];
        Collect(predicate.Root, new(predicate.Now, isStored), terms);
        return terms;
    }

    private static void Collect(FilterNode node, Target target, List<PushedTerm> terms)
    {
        switch (node)
        {
            case FilterNode.And both:
                Collect(both.Left, target, terms);
                Collect(both.Right, target, terms);
                break;
            case FilterNode.Or either when Alternatives(either, target) is { } anyOf:
                terms.Add(anyOf);
                break;
            case FilterNode.Not { Inner: FilterNode.Not { Inner: var inner } }:
                Collect(inner, target, terms);
                break;
            case FilterNode.Compare { Operand: Operand.Field { Definition: var field } } compare:
                Add(field, compare.Operator, compare.Value, target, terms);
                break;
            case FilterNode.Between { Operand: Operand.Field { Definition: var field } } between:
                Add(field, FilterOperator.GreaterOrEqual, between.Low, target, terms);
                Add(field, FilterOperator.LessOrEqual, between.High, target, terms);
                break;
            case FilterNode.In { Negated: true, Operand: Operand.Field { Definition: var field }, Values: { Count: <= MaxAnyOf } values }:
                foreach (var value in values)
                {
                    Add(field, FilterOperator.NotEqual, value, target, terms);
                }

                break;
            case FilterNode.In among when Alternatives(among, target) is { } anyOf:
                terms.Add(anyOf);
                break;
        }
    }

    private static void Add(FilterField field, FilterOperator op, FilterValue value, Target target, List<PushedTerm> terms)
    {
        if (field.Since is { } since && value is FilterValue.Duration { Length: var age })
        {
            (field, op, value) = (since, Mirrored(op), new FilterValue.Time(target.Now - age));
        }

        if (!target.IsStored(field))
        {
            return;
        }

        if (op == FilterOperator.StartsWith && field.Kind == FieldKind.Text && value is FilterValue.Text { Content: var start })
        {
            terms.Add(new PushedTerm.Compare(field, PushedOperator.GreaterOrEqual, value));
            if (AfterAll(start) is { } end)
            {
                terms.Add(new PushedTerm.Compare(field, PushedOperator.Less, new FilterValue.Text(end)));
            }
        }
        else if (Pushed(op) is { } pushed)
        {
            terms.Add(new PushedTerm.Compare(field, pushed, value));
        }
    }

    /// <summary>Null unless the node says that one stored field is one of a few values.</summary>
    private static PushedTerm? Alternatives(FilterNode node, Target target) => Equalities(node, target) is { Values: var values } found
        ? values.Distinct().ToList() switch
        {
            [var only] => new PushedTerm.Compare(found.Field, PushedOperator.Equal, only),
            { Count: <= MaxAnyOf } several => new PushedTerm.AnyOf(found.Field, several),
            _ => null,
        }
        : null;

    private static (FilterField Field, IEnumerable<FilterValue> Values)? Equalities(FilterNode node, Target target) => node switch
    {
        FilterNode.Or either when Equalities(either.Left, target) is { } left && Equalities(either.Right, target) is { } right && left.Field == right.Field =>
            (left.Field, left.Values.Concat(right.Values)),
        FilterNode.Compare { Operator: FilterOperator.Equal, Operand: Operand.Field { Definition: { Since: null } field } } compare
            when target.IsStored(field) => (field, [compare.Value]),
        FilterNode.In { Negated: false, Operand: Operand.Field { Definition: { Since: null } field } } among
            when target.IsStored(field) => (field, among.Values),
        _ => null,
    };

    /// <summary>The least text after all that begin so; null where there is none.</summary>
    private static string? AfterAll(string start)
    {
        var last = start.Length - 1;
        while (last >= 0 && start[last] == char.MaxValue)
        {
            last--;
        }

        // A half of a pair is no text to send; the lower bound alone is wider, and so right.
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

    private static PushedOperator? Pushed(FilterOperator op) => op switch
    {
        FilterOperator.Equal => PushedOperator.Equal,
        FilterOperator.NotEqual => PushedOperator.NotEqual,
        FilterOperator.Less => PushedOperator.Less,
        FilterOperator.LessOrEqual => PushedOperator.LessOrEqual,
        FilterOperator.Greater => PushedOperator.Greater,
        FilterOperator.GreaterOrEqual => PushedOperator.GreaterOrEqual,
        _ => null,
    };

    private sealed record Target(DateTimeOffset Now, Func<FilterField, bool> IsStored);
}

/// <summary>One condition that every match of a filter meets, on a stored field.</summary>
public abstract record PushedTerm(FilterField Field)
{
    /// <param name="Value">A text, number, time or duration.</param>
    public sealed record Compare(FilterField Field, PushedOperator Operator, FilterValue Value) : PushedTerm(Field);

    /// <summary>Equal to one of two values or more.</summary>
    public sealed record AnyOf(FilterField Field, IReadOnlyList<FilterValue> Values) : PushedTerm(Field);
}

public enum PushedOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
