namespace Reprocessing.Storage.Workflows;

/// <summary>From what a query asks for to the keys where it is.</summary>
internal static class LaneRanges
{
    // After the bar, which ends the time in a key.
    private const char AfterBar = '}';

    /// <param name="types">All that there are, for a range that names none.</param>
    public static IReadOnlyList<LaneRange> Of(WorkflowRange range, IReadOnlyList<string> types) => range.Index switch
    {
        WorkflowIndexKind.Instance when range.Prefix is { } prefix => [.. WorkflowRows.Partitions.Select(partition => Beginning(partition, prefix))],
        WorkflowIndexKind.Instance => [.. range.Values.Distinct(StringComparer.Ordinal).Select(Exactly)],
        WorkflowIndexKind.Retry => Retries(range),
        WorkflowIndexKind.Customer => Timed(range, range.Values.Select(WorkflowRows.CustomerPrefix)),
        WorkflowIndexKind.OrderStatus => Timed(range, range.Values.Select(WorkflowRows.OrderStatusPrefix)),
        WorkflowIndexKind.Closed => Timed(range, [WorkflowRows.ClosedPrefix]),
        WorkflowIndexKind.State => Timed(
            range, (range.Types ?? types).SelectMany(_ => range.Statuses, WorkflowRows.StatePrefix)),
        _ => Timed(range, (range.Types ?? types).Select(WorkflowRows.StartedPrefix)),
    };

    private static LaneRange Exactly(string instanceId)
    {
        var key = WorkflowRows.Instance(instanceId)[WorkflowRows.InstancePrefix.Length..];
        return new(WorkflowRows.PartitionOf(instanceId), WorkflowRows.InstancePrefix, key, key);
    }

    private static LaneRange Beginning(string partition, string prefix)
    {
        var start = RowKeys.IdPrefix(prefix);
        return new(partition, WorkflowRows.InstancePrefix, start, AfterAll(start));
    }

    private static List<LaneRange> Retries(WorkflowRange range)
    {
        if (range.LeastRetries > range.MostRetries)
        {
            return [];
        }

        var (least, most) = (WorkflowRows.Retries(range.LeastRetries), WorkflowRows.Retries(range.MostRetries));
        return least == most
            ? Timed(range, [$"{WorkflowRows.RetryPrefix}{least}|"])
            : [.. WorkflowRows.Partitions.Select(partition => new LaneRange(partition, WorkflowRows.RetryPrefix, least, most + AfterBar))];
    }

    private static List<LaneRange> Timed(WorkflowRange range, IEnumerable<string> prefixes)
    {
        // The later a time is, the sooner it comes.
        var from = range.To is { } latest ? RowKeys.Ticks(RowKeys.Inverted(latest)) : null;
        var to = range.From is { } earliest ? RowKeys.Ticks(RowKeys.Inverted(earliest)) + AfterBar : null;
        return
        [
            .. prefixes.Distinct(StringComparer.Ordinal)
                .SelectMany(_ => WorkflowRows.Partitions, (prefix, partition) => new LaneRange(partition, prefix, from, to)),
        ];
    }

    /// <summary>At or after all texts that begin so; null where that is not easily said.</summary>
    private static string? AfterAll(string start) =>
        start.Length == 0 || start[^1] >= '\ud7ff' ? null : start[..^1] + (char)(start[^1] + 1);
}

/// <summary>A part of one lane of one partition.</summary>
/// <param name="Prefix">What its keys begin with; what follows is a row's position, and orders the rows of several ranges.</param>
/// <param name="From">The first position that belongs to it; null from the beginning.</param>
/// <param name="To">The last one; null to the end.</param>
internal sealed record LaneRange(string Partition, string Prefix, string? From = null, string? To = null)
{
    /// <param name="after">The position after which to begin; null for all.</param>
    /// <param name="condition">A further condition on the rows; null for none.</param>
    public string Filter(string? after, string? condition)
    {
        var low = Prefix + From;

        // Every position is below this: the bar is the highest letter that keys end a part with.
        var high = To is null ? Prefix[..^1] + '}' : Prefix + To;
        var range = after is not null && string.CompareOrdinal(after, From ?? string.Empty) >= 0
            ? TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {Prefix + after} and RowKey le {high}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {low} and RowKey le {high}");
        return condition is null ? range : $"{range} and {condition}";
    }

    public string PositionOf(TableEntity row) => row.RowKey[Prefix.Length..];
}

/// <summary>How far a list of workflows has come: which lane it reads, and the position of the last one given.</summary>
internal static class LaneCursor
{
    public static string Of(WorkflowRange range, string position) => $"{(int)range.Index}:{position}";

    /// <returns>Null for the beginning.</returns>
    /// <exception cref="FormatException">The token is none that was given out for such a query.</exception>
    public static string? PositionIn(string? token, WorkflowRange range)
    {
        if (token is null)
        {
            return null;
        }

        var start = Of(range, string.Empty);
        return token.Length > start.Length && token.StartsWith(start, StringComparison.Ordinal) && !token.Any(char.IsControl)
            ? token[start.Length..]
            : throw new FormatException("The token was not given out for this query.");
    }
}

/// <summary>What storage itself can leave out of a range: the terms of the query that are comparisons with columns.</summary>
internal static class LaneCondition
{
    private static readonly Dictionary<FilterField, string> Columns = new()
    {
        [WorkflowFields.WorkflowType] = WorkflowRows.TypeColumn,
        [WorkflowFields.ExecutionStatus] = "Status",
        [WorkflowFields.StartTime] = "StartTime",
        [WorkflowFields.CloseTime] = "CloseTime",
        [WorkflowFields.OrderStatus] = "OrderStatus",
        [WorkflowFields.CustomerId] = "CustomerId",
        [WorkflowFields.InstanceId] = "InstanceId",
    };

    /// <summary>Null when there is nothing to leave out.</summary>
    public static string? Of(FilterPredicate? filter)
    {
        if (filter is null)
        {
            return null;
        }

        var condition = new PushedCondition(Columns);
        foreach (var term in FilterPushdown.Of(filter, Columns.ContainsKey))
        {
            condition.Add(term);
        }

        return condition.Text;
    }
}
