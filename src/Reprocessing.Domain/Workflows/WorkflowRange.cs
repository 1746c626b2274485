namespace Reprocessing.Domain.Workflows;

/// <summary>The range of the index that a query needs. It has every match and perhaps more, so each record is tested with the whole query.</summary>
/// <param name="From">Of the start time. Both ends belong to the range.</param>
public sealed record WorkflowRange(
    IReadOnlyList<string>? Ids = null, string? Prefix = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    // All ids of orders' workflows have this prefix, so a part of it narrows nothing.
    private const string CommonPrefix = "order-fulfillment-";

    public bool IsById => Ids is not null || Prefix is not null;

    public static WorkflowRange Of(FilterPredicate? filter)
    {
        if (filter is null)
        {
            return new();
        }

        if (IdsIn(filter.Root) is { } ids)
        {
            return new([.. ids.Distinct(StringComparer.Ordinal)]);
        }

        if (PrefixIn(filter.Root) is { } prefix && !CommonPrefix.StartsWith(prefix, StringComparison.Ordinal))
        {
            return new(Prefix: prefix);
        }

        var (from, to) = FilterPushdown.TimesOf(filter, WorkflowFields.StartTime);
        return new(From: from, To: to);
    }

    /// <summary>A list of ids, however long: each is one row. Null unless the query names the instances.</summary>
    private static IEnumerable<string>? IdsIn(FilterNode node) => node switch
    {
        FilterNode.And both => IdsIn(both.Left) ?? IdsIn(both.Right),
        FilterNode.Or either => IdsIn(either.Left) is { } left && IdsIn(either.Right) is { } right ? left.Concat(right) : null,
        FilterNode.In { Negated: false, Operand: Operand.Field { Definition: var field } } among when field == WorkflowFields.InstanceId =>
            among.Values.OfType<FilterValue.Text>().Select(text => text.Content),
        FilterNode.Compare
        {
            Operator: FilterOperator.Equal, Operand: Operand.Field { Definition: var field }, Value: FilterValue.Text { Content: var id },
        } when field == WorkflowFields.InstanceId => [id],
        _ => null,
    };

    private static string? PrefixIn(FilterNode node) => node switch
    {
        FilterNode.And both => new[] { PrefixIn(both.Left), PrefixIn(both.Right) }.OfType<string>().MaxBy(prefix => prefix.Length),
        FilterNode.Compare
        {
            Operator: FilterOperator.StartsWith, Operand: Operand.Field { Definition: var field }, Value: FilterValue.Text { Content: { Length: > 0 } prefix },
        } when field == WorkflowFields.InstanceId => prefix,
        _ => null,
    };
}
