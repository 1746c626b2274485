namespace Reprocessing.Domain.Filters;

/// <summary>
/// Tests items against a filter at a moment. Semantics:
/// <list type="bullet">
/// <item>A comparison with a missing value is false for every operator (!= and NOT IN too); its NOT is true, and so is IS NULL.</item>
/// <item>Texts are compared ordinally; CONTAINS and choice fields ignore case.</item>
/// <item>A path may select several values of a payload: one match is enough. Values of different JSON types are unequal and have no
/// order. IS NULL is true when nothing but JSON nulls is selected.</item>
/// </list>
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
    public bool? EvaluateWithoutPayload(IFilterSubject subject) => Metered(meter => Evaluate(Root, new(subject, null, meter)), CancellationToken.None);

    /// <param name="payload">JSON; null when there is none.</param>
    public bool Matches(IFilterSubject subject, string? payload = null, CancellationToken cancellationToken = default) => Metered(
        meter =>
        {
            using var read = new Payload(payload, meter);
            return Evaluate(Root, new(subject, read, meter)) ?? throw new InvalidOperationException("A payload left a filter undecided.");
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

    private bool? Evaluate(FilterNode node, Item item)
    {
        switch (node)
        {
            case FilterNode.Or either:
                var orLeft = Evaluate(either.Left, item);
                return orLeft == true ? true : Evaluate(either.Right, item) switch { true => true, false => orLeft, null => null };
            case FilterNode.And both:
                var andLeft = Evaluate(both.Left, item);
                return andLeft == false ? false : Evaluate(both.Right, item) switch { false => false, true => andLeft, null => null };
            case FilterNode.Not negation:
                return !Evaluate(negation.Inner, item);
            default:
                return EvaluateTerm((FilterNode.Term)node, item);
        }
    }

    private bool? EvaluateTerm(FilterNode.Term term, Item item)
    {
        var found = Any(term.Operand, item, (value, ignoreCase) =>
        {
            item.Meter.Spend(FilterMeter.CostOf(term, value));
            return term switch
            {
                FilterNode.Compare compare => Comparison.Holds(compare.Operator, value, compare.Value, ignoreCase),
                FilterNode.In among => among.Values.Any(wanted => Comparison.Holds(FilterOperator.Equal, value, wanted, ignoreCase)) != among.Negated,
                FilterNode.Between between => Comparison.Holds(FilterOperator.GreaterOrEqual, value, between.Low, ignoreCase)
                    && Comparison.Holds(FilterOperator.LessOrEqual, value, between.High, ignoreCase),
                _ => value is not FilterValue.Null,
            };
        });
        return found is { } isThere && term is FilterNode.IsNull isNull ? isThere == isNull.Negated : found;
    }

    private bool? Any(Operand operand, Item item, Func<FilterValue, bool, bool> holds)
    {
        if (operand is Operand.Path { Steps: var path })
        {
            return item.Payload?.Any(path, value => holds(value, false));
        }

        var field = ((Operand.Field)operand).Definition;
        return ValueOf(field, item.Subject) is { } value && holds(value, field.Kind == FieldKind.Choice);
    }

    private FilterValue? ValueOf(FilterField field, IFilterSubject subject) =>
        field.Since is not { } since ? subject.ValueOf(field)
        : subject.ValueOf(since) is FilterValue.Time { At: var at } ? new FilterValue.Duration(Now - at)
        : null;

    /// <param name="Payload">Null while none is read.</param>
    private readonly record struct Item(IFilterSubject Subject, Payload? Payload, FilterMeter Meter);

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

/// <summary>An item that a filter is tested on.</summary>
public interface IFilterSubject
{
    /// <summary>
    /// Null when the item has none. A text or a choice is a <see cref="FilterValue.Text"/>. Fields with a <see cref="FilterField.Since"/>
    /// are never asked for.
    /// </summary>
    FilterValue? ValueOf(FilterField field);
}

/// <summary>An item whose fields read it themselves.</summary>
public abstract class FilterSubject<TItem>(TItem item) : IFilterSubject
{
    public FilterValue? ValueOf(FilterField field) => (field as FilterField<TItem>)?.Read(item);
}

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
