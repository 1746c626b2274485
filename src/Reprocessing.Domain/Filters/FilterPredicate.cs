namespace Reprocessing.Domain.Filters;

/// <summary>
/// Tests items against a filter at a moment. A comparison with a missing value is false for every operator (!= and NOT IN too); its NOT is true, and so
/// is IS NULL. Texts are compared ordinally; CONTAINS and choice fields ignore case. A path may select several values of a payload: one match is enough.
/// Values of different JSON types are unequal and have no order. IS NULL is true when nothing but JSON nulls is selected.
/// </summary>
public sealed class FilterPredicate
{
    private long _spent;

    internal FilterPredicate(FilterNode root, DateTimeOffset now)
    {
        Root = Bind(root, now);
        Now = now;
        NeedsPayload = Root.Operands.Any(operand => operand is Operand.Path);
    }

    public bool NeedsPayload { get; }

    /// <summary>With absolute times only.</summary>
    internal FilterNode Root { get; }

    internal DateTimeOffset Now { get; }

    /// <summary>Null when the payload is needed to decide.</summary>
    public bool? EvaluateWithoutPayload(object item) => Metered(meter => Evaluate(Root, new(item, null, meter)), CancellationToken.None);

    public bool Matches(object item, string? payload = null, CancellationToken cancellationToken = default) => Metered(
        meter =>
        {
            using var read = new Payload(payload, meter);
            return Evaluate(Root, new(item, read, meter)) ?? throw new InvalidOperationException("A payload left a filter undecided.");
        },
        cancellationToken);

    /// <summary>What an item costs counts for all items of the scan, whose evaluations may run side by side.</summary>
    private T Metered<T>(Func<FilterMeter, T> evaluate, CancellationToken cancellationToken)
    {
        var meter = new FilterMeter(Interlocked.Read(ref _spent), cancellationToken);
        var result = evaluate(meter);
        Interlocked.Add(ref _spent, meter.Spent);
        return result;
    }

    // The operators of bool? are those of three-valued logic.
    private bool? Evaluate(FilterNode node, Test test) => node switch
    {
        FilterNode.Or either => Evaluate(either.Left, test) switch { true => true, var left => left | Evaluate(either.Right, test) },
        FilterNode.And both => Evaluate(both.Left, test) switch { false => false, var left => left & Evaluate(both.Right, test) },
        FilterNode.Not negation => !Evaluate(negation.Inner, test),
        _ => EvaluateTerm((FilterNode.Term)node, test),
    };

    private bool? EvaluateTerm(FilterNode.Term term, Test test)
    {
        var found = term.Operand is Operand.Field { Definition: var field }
            ? ValueOf(field, test.Item) is { } value && Holds(term, value, field.Kind == FieldKind.Choice, test.Meter)
            : test.Payload?.Any(((Operand.Path)term.Operand).Steps, value => Holds(term, value, ignoreCase: false, test.Meter));
        return found is { } isThere && term is FilterNode.IsNull isNull ? isThere == isNull.Negated : found;
    }

    private static bool Holds(FilterNode.Term term, FilterValue value, bool ignoreCase, FilterMeter meter)
    {
        meter.Spend(FilterMeter.CostOf(term, value));
        return term switch
        {
            FilterNode.Compare compare => Comparison.Holds(compare.Operator, value, compare.Value, ignoreCase),
            FilterNode.In among => among.Values.Any(wanted => Comparison.Holds(FilterOperator.Equal, value, wanted, ignoreCase)) != among.Negated,
            FilterNode.Between between => Comparison.Holds(FilterOperator.GreaterOrEqual, value, between.Low, ignoreCase)
                && Comparison.Holds(FilterOperator.LessOrEqual, value, between.High, ignoreCase),
            _ => value is not FilterValue.Null,
        };
    }

    private FilterValue? ValueOf(FilterField field, object item) =>
        field.Since is not { } since ? field.Read(item)
        : since.Read(item) is FilterValue.Time { At: var at } ? new FilterValue.Duration(Now - at)
        : null;

    /// <param name="Payload">Null while none is read.</param>
    private readonly record struct Test(object Item, Payload? Payload, FilterMeter Meter);

    private static FilterNode Bind(FilterNode node, DateTimeOffset now)
    {
        return node switch
        {
            FilterNode.Or either => new FilterNode.Or(Bind(either.Left, now), Bind(either.Right, now)),
            FilterNode.And both => new FilterNode.And(Bind(both.Left, now), Bind(both.Right, now)),
            FilterNode.Not negation => new FilterNode.Not(Bind(negation.Inner, now)),
            FilterNode.Compare compare => compare with { Value = Absolute(compare.Value) },
            FilterNode.In among => among with { Values = [.. among.Values.Select(Absolute)] },
            FilterNode.Between between => between with { Low = Absolute(between.Low), High = Absolute(between.High) },
            _ => node,
        };

        FilterValue Absolute(FilterValue value) => value is FilterValue.FromNow { Offset: var offset } ? new FilterValue.Time(now + offset) : value;
    }
}

/// <summary>Stops a test that takes too much work: how much depends on what somebody wrote in a filter and what somebody else sent as an order.</summary>
/// <param name="before">What the items before have cost.</param>
internal sealed class FilterMeter(long before, CancellationToken cancellationToken)
{
    private const int CharactersAStep = 16;
    private const int StepsBetweenLooks = 4_096;

    private long _nextLook;

    public long Spent { get; private set; }

    public static int CostOf(FilterNode.Term term, FilterValue value) =>
        (term is FilterNode.In among ? among.Values.Count : 1) + (value is FilterValue.Text { Content.Length: var length } ? length / CharactersAStep : 0);

    public void Spend(int steps)
    {
        Spent += steps;
        if (Spent > FilterLimits.StepsAnItem)
        {
            throw new FilterCostException($"The filter takes more than {FilterLimits.StepsAnItem} steps on one item.");
        }

        if (before + Spent > FilterLimits.StepsAScan)
        {
            throw new FilterCostException($"The filter takes more than {FilterLimits.StepsAScan} steps on all items together.");
        }

        if (Spent >= _nextLook)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _nextLook = Spent + StepsBetweenLooks;
        }
    }
}

/// <summary>The filter takes more work than one may. The message is a sentence for whoever wrote it.</summary>
public sealed class FilterCostException(string message) : Exception(message);

internal static class Comparison
{
    public static bool Holds(FilterOperator op, FilterValue actual, FilterValue wanted, bool ignoreCase) => op switch
    {
        FilterOperator.Contains => actual is FilterValue.Text { Content: var text } && wanted is FilterValue.Text { Content: var part }
            && text.Contains(part, StringComparison.OrdinalIgnoreCase),
        FilterOperator.StartsWith => actual is FilterValue.Text { Content: var text } && wanted is FilterValue.Text { Content: var start }
            && text.StartsWith(start, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal),
        FilterOperator.Equal => Order(actual, wanted, ignoreCase) == 0,
        FilterOperator.NotEqual => Order(actual, wanted, ignoreCase) != 0,
        FilterOperator.Less => Order(actual, wanted, ignoreCase) < 0,
        FilterOperator.LessOrEqual => Order(actual, wanted, ignoreCase) <= 0,
        FilterOperator.Greater => Order(actual, wanted, ignoreCase) > 0,
        _ => Order(actual, wanted, ignoreCase) >= 0,
    };

    /// <summary>Null when the two have no order.</summary>
    private static int? Order(FilterValue actual, FilterValue wanted, bool ignoreCase) => (actual, wanted) switch
    {
        (FilterValue.Text one, FilterValue.Text other) => string.Compare(
            one.Content, other.Content, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal),
        (FilterValue.Number one, FilterValue.Number other) => one.Amount.CompareTo(other.Amount),
        (FilterValue.Time one, FilterValue.Time other) => one.At.CompareTo(other.At),
        (FilterValue.Duration one, FilterValue.Duration other) => one.Length.CompareTo(other.Length),
        (FilterValue.Boolean one, FilterValue.Boolean other) => one.IsTrue.CompareTo(other.IsTrue),
        (FilterValue.Null, FilterValue.Null) => 0,
        _ => null,
    };
}
