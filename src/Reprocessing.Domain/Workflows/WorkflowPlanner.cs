using Reprocessing.Domain.Filters;

namespace Reprocessing.Domain.Workflows;

/// <summary>
/// Picks the range for a query by what is likely to be narrowest. Whatever it picks, the answer is the same: all that is found there
/// is tested with the whole query.
/// </summary>
public static class WorkflowPlanner
{
    /// <summary>What the index counts to; more are held as this.</summary>
    public const int MostRetries = 99_999;

    // All ids of orders' workflows begin so.
    private const string CommonPrefix = "order-fulfillment-";

    public static WorkflowRange Plan(FilterPredicate? filter)
    {
        if (filter is null)
        {
            return new(WorkflowLane.Started);
        }

        var terms = FilterPushdown.Of(filter, static _ => true);
        var (started, closed) = (Times(terms, WorkflowFields.StartTime), Times(terms, WorkflowFields.CloseTime));
        var range = ByName(filter, terms) ?? Retries(terms) ?? ByState(terms, started, closed);
        var times = range.Lane == WorkflowLane.Closed ? closed : started;
        return range with { From = times.From, To = times.To };
    }

    private static WorkflowRange? ByName(FilterPredicate filter, IReadOnlyList<PushedTerm> terms)
    {
        if ((ListIn(filter.Root) ?? Equalities(terms, WorkflowFields.InstanceId)) is { } ids)
        {
            return new(WorkflowLane.Instance) { Values = ids };
        }

        if (Equalities(terms, WorkflowFields.CustomerId) is { } customers)
        {
            return new(WorkflowLane.Customer) { Values = customers };
        }

        return PrefixIn(filter.Root) is { } prefix && !CommonPrefix.StartsWith(prefix, StringComparison.Ordinal)
            ? new(WorkflowLane.Instance) { Prefix = prefix }
            : null;
    }

    /// <summary>Most workflows have completed, so of these a time says more than the state, if there is one.</summary>
    private static WorkflowRange ByState(IReadOnlyList<PushedTerm> terms, Span started, Span closed)
    {
        if (Equalities(terms, WorkflowFields.OrderStatus) is { } orders)
        {
            return new(WorkflowLane.OrderStatus) { Values = orders };
        }

        var types = Equalities(terms, WorkflowFields.WorkflowType);
        var names = Equalities(terms, WorkflowFields.ExecutionStatus);
        List<WorkflowStatus> statuses = [];
        foreach (var name in names ?? [])
        {
            if (StableNames.TryParse<WorkflowStatus>(name, out var status))
            {
                statuses.Add(status);
            }
        }

        var isClosed = closed.From is not null && started.From is null;
        if (statuses.Count > 0 && !(isClosed && statuses.Contains(WorkflowStatus.Completed)))
        {
            return new(WorkflowLane.State) { Types = types, Statuses = statuses };
        }

        return isClosed || (closed.To is not null && started is { From: null, To: null })
            ? new(WorkflowLane.Closed)
            : new(WorkflowLane.Started) { Types = types };
    }

    private static WorkflowRange? Retries(IReadOnlyList<PushedTerm> terms)
    {
        var (least, most) = (0m, (decimal)MostRetries);
        foreach (var term in terms.Where(term => term.Field == WorkflowFields.RetryCount))
        {
            switch (term)
            {
                case PushedTerm.AnyOf among:
                    var numbers = among.Values.OfType<FilterValue.Number>().Select(number => number.Amount).ToList();
                    (least, most) = (Math.Max(least, numbers.Min()), Math.Min(most, numbers.Max()));
                    break;
                case PushedTerm.Compare { Value: FilterValue.Number { Amount: var amount }, Operator: var op }:
                    least = op is PushedOperator.Equal or PushedOperator.Greater or PushedOperator.GreaterOrEqual ? Math.Max(least, amount) : least;
                    least = op is PushedOperator.Greater && amount == least ? Math.Floor(amount) + 1 : least;
                    most = op is PushedOperator.Equal or PushedOperator.Less or PushedOperator.LessOrEqual ? Math.Min(most, amount) : most;
                    break;
            }
        }

        // Most workflows are nobody's retry, and those have no place in that lane.
        return least <= 0 ? null : new(WorkflowLane.Retry)
        {
            LeastRetries = (int)Math.Min(Math.Ceiling(least), MostRetries),
            MostRetries = (int)Math.Max(Math.Floor(most), 0),
        };
    }

    /// <summary>Null unless the query says that the field is one of some texts.</summary>
    private static List<string>? Equalities(IReadOnlyList<PushedTerm> terms, FilterField field) => terms
        .Where(term => term.Field == field)
        .Select(term => term switch
        {
            PushedTerm.AnyOf among => [.. among.Values.OfType<FilterValue.Text>().Select(text => text.Content)],
            PushedTerm.Compare { Operator: PushedOperator.Equal, Value: FilterValue.Text { Content: var only } } => new List<string> { only },
            _ => null,
        })
        .OfType<List<string>>()
        .MinBy(values => values.Count);

    private static Span Times(IReadOnlyList<PushedTerm> terms, FilterField field)
    {
        DateTimeOffset? from = null, to = null;
        foreach (var term in terms.OfType<PushedTerm.Compare>().Where(term => term.Field == field))
        {
            if (term.Value is not FilterValue.Time { At: var at })
            {
                continue;
            }

            if (term.Operator is PushedOperator.Equal or PushedOperator.Greater or PushedOperator.GreaterOrEqual && !(from > at))
            {
                from = at;
            }

            if (term.Operator is PushedOperator.Equal or PushedOperator.Less or PushedOperator.LessOrEqual && !(to < at))
            {
                to = at;
            }
        }

        return new(from, to);
    }

    /// <summary>A list of ids, however long: each is one row.</summary>
    private static List<string>? ListIn(FilterNode node) => node switch
    {
        FilterNode.And both => ListIn(both.Left) ?? ListIn(both.Right),
        FilterNode.In { Negated: false, Operand: Operand.Field { Definition: var field } } among when field == WorkflowFields.InstanceId =>
            [.. among.Values.OfType<FilterValue.Text>().Select(text => text.Content)],
        _ => null,
    };

    /// <summary>Of several the longest; a text of at least one letter.</summary>
    private static string? PrefixIn(FilterNode node) => node switch
    {
        FilterNode.And both => new[] { PrefixIn(both.Left), PrefixIn(both.Right) }.OfType<string>().MaxBy(prefix => prefix.Length),
        FilterNode.Compare
        {
            Operator: FilterOperator.StartsWith, Operand: Operand.Field { Definition: var field }, Value: FilterValue.Text { Content: { Length: > 0 } prefix },
        } when field == WorkflowFields.InstanceId => prefix,
        _ => null,
    };

    private readonly record struct Span(DateTimeOffset? From, DateTimeOffset? To);
}

/// <summary>The orders in which the index holds workflows; within each value newest first, unless it says otherwise.</summary>
public enum WorkflowLane
{
    /// <summary>By instance id, in the order of ids.</summary>
    Instance,

    Customer,

    /// <summary>Those of one retry count or more, the fewest retries first.</summary>
    Retry,

    OrderStatus,

    /// <summary>By type and execution status.</summary>
    State,

    /// <summary>Those that have ended, last ended first.</summary>
    Closed,

    /// <summary>By type.</summary>
    Started,
}

/// <summary>Where in the index to look for what a query asks. It holds every match and perhaps more.</summary>
public sealed record WorkflowRange(WorkflowLane Lane)
{
    /// <summary>Of the lane's first key: instance ids, customers or order statuses; one is enough.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>In the lane of ids alone, instead of values.</summary>
    public string? Prefix { get; init; }

    /// <summary>Null for every type that there is.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    public IReadOnlyList<WorkflowStatus> Statuses { get; init; } = [];

    public int LeastRetries { get; init; } = 1;

    public int MostRetries { get; init; } = int.MaxValue;

    /// <summary>Of the close time in the lane of ended ones, else of the start time. Both ends belong to it.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }
}
