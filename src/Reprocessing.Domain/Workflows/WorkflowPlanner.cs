using Reprocessing.Domain.Filters;

namespace Reprocessing.Domain.Workflows;

/// <summary>
/// Picks the index range that is probably the smallest. The choice does not change the answer, because every item found there is tested
/// with the whole query.
/// </summary>
public static class WorkflowPlanner
{
    /// <summary>The index stores no higher count.</summary>
    public const int MostRetries = 99_999;

    // The common prefix of all order workflows.
    private const string CommonPrefix = "order-fulfillment-";

    public static WorkflowRange Plan(FilterPredicate? filter)
    {
        if (filter is null)
        {
            return new(WorkflowIndexKind.Started);
        }

        var terms = FilterPushdown.Of(filter, static _ => true);
        var (started, closed) = (Times(terms, WorkflowFields.StartTime), Times(terms, WorkflowFields.CloseTime));
        var range = ByName(filter, terms) ?? Retries(terms) ?? ByState(terms, started, closed);
        var times = range.Index == WorkflowIndexKind.Closed ? closed : started;
        return range with { From = times.From, To = times.To };
    }

    private static WorkflowRange? ByName(FilterPredicate filter, IReadOnlyList<PushedTerm> terms)
    {
        if ((ListIn(filter.Root) ?? Equalities(terms, WorkflowFields.InstanceId)) is { } ids)
        {
            return new(WorkflowIndexKind.Instance) { Values = ids };
        }

        if (Equalities(terms, WorkflowFields.CustomerId) is { } customers)
        {
            return new(WorkflowIndexKind.Customer) { Values = customers };
        }

        return PrefixIn(filter.Root) is { } prefix && !CommonPrefix.StartsWith(prefix, StringComparison.Ordinal)
            ? new(WorkflowIndexKind.Instance) { Prefix = prefix }
            : null;
    }

    /// <summary>Most workflows have completed, so for that status a time range is narrower.</summary>
    private static WorkflowRange ByState(IReadOnlyList<PushedTerm> terms, Span started, Span closed)
    {
        if (Equalities(terms, WorkflowFields.OrderStatus) is { } orders)
        {
            return new(WorkflowIndexKind.OrderStatus) { Values = orders };
        }

        var types = Equalities(terms, WorkflowFields.WorkflowType);
        var names = Equalities(terms, WorkflowFields.ExecutionStatus);
        List<WorkflowStatus> statuses = [];
        foreach (var name in names ?? [])
        {
            if (EnumNames.TryParse<WorkflowStatus>(name, out var status))
            {
                statuses.Add(status);
            }
        }

        var isClosed = closed.From is not null && started.From is null;
        if (statuses.Count > 0 && !(isClosed && statuses.Contains(WorkflowStatus.Completed)))
        {
            return new(WorkflowIndexKind.State) { Types = types, Statuses = statuses };
        }

        return isClosed || (closed.To is not null && started is { From: null, To: null })
            ? new(WorkflowIndexKind.Closed)
            : new(WorkflowIndexKind.Started) { Types = types };
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
                    least = op is FilterOperator.Equal or FilterOperator.Greater or FilterOperator.GreaterOrEqual ? Math.Max(least, amount) : least;
                    least = op is FilterOperator.Greater && amount == least ? Math.Floor(amount) + 1 : least;
                    most = op is FilterOperator.Equal or FilterOperator.Less or FilterOperator.LessOrEqual ? Math.Min(most, amount) : most;
                    break;
            }
        }

        // Most workflows are no retries, and this index does not hold them.
        return least <= 0 ? null : new(WorkflowIndexKind.Retry)
        {
            LeastRetries = (int)Math.Min(Math.Ceiling(least), MostRetries),
            MostRetries = (int)Math.Max(Math.Floor(most), 0),
        };
    }

    /// <summary>Null unless the query limits the field to some texts.</summary>
    private static List<string>? Equalities(IReadOnlyList<PushedTerm> terms, FilterField field) => terms
        .Where(term => term.Field == field)
        .Select(term => term switch
        {
            PushedTerm.AnyOf among => [.. among.Values.OfType<FilterValue.Text>().Select(text => text.Content)],
            PushedTerm.Compare { Operator: FilterOperator.Equal, Value: FilterValue.Text { Content: var only } } => new List<string> { only },
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

            if (term.Operator is FilterOperator.Equal or FilterOperator.Greater or FilterOperator.GreaterOrEqual && !(from > at))
            {
                from = at;
            }

            if (term.Operator is FilterOperator.Equal or FilterOperator.Less or FilterOperator.LessOrEqual && !(to < at))
            {
                to = at;
            }
        }

        return new(from, to);
    }

    /// <summary>A list of ids of any length: each is one row.</summary>
    private static List<string>? ListIn(FilterNode node) => node switch
    {
        FilterNode.And both => ListIn(both.Left) ?? ListIn(both.Right),
        FilterNode.In { Negated: false, Operand: Operand.Field { Definition: var field } } among when field == WorkflowFields.InstanceId =>
            [.. among.Values.OfType<FilterValue.Text>().Select(text => text.Content)],
        _ => null,
    };

    /// <summary>The longest prefix, if any.</summary>
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

/// <summary>The orders in which the index stores workflows; newest first within a value unless said otherwise.</summary>
public enum WorkflowIndexKind
{
    Instance,
    Customer,

    /// <summary>Workflows with at least one retry, fewest first.</summary>
    Retry,

    OrderStatus,

    /// <summary>By type and execution status.</summary>
    State,

    /// <summary>Ended workflows, last ended first.</summary>
    Closed,

    /// <summary>By type.</summary>
    Started,
}

/// <summary>A range of the index that holds every match of a query, and perhaps more.</summary>
public sealed record WorkflowRange(WorkflowIndexKind Index)
{
    /// <summary>Instance ids, customers or order statuses.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Of instance ids, instead of values.</summary>
    public string? Prefix { get; init; }

    /// <summary>Null for all types.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    public IReadOnlyList<WorkflowStatus> Statuses { get; init; } = [];

    public int LeastRetries { get; init; } = 1;

    public int MostRetries { get; init; } = int.MaxValue;

    /// <summary>Inclusive; of the close time for ended workflows, else of the start time.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }
}
