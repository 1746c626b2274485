using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Workflows;

/// <summary>From what a query asks for to the keys where it is.</summary>
internal static class LaneRanges
{
    // After the bar, which ends the time in a key.
    private const char AfterBar = '}';

    /// <param name="types">All that there are, for a range that names none.</param>
    public static IReadOnlyList<LaneRange> Of(WorkflowRange range, IReadOnlyList<string> types) => range.Lane switch
    {
        WorkflowLane.Instance when range.Prefix is { } prefix => [.. WorkflowRows.Partitions.Select(partition => Beginning(partition, prefix))],
        WorkflowLane.Instance => [.. range.Values.Distinct(StringComparer.Ordinal).Select(Exactly)],
        WorkflowLane.Retry => Retries(range),
        WorkflowLane.Customer => Timed(range, range.Values.Select(WorkflowRows.CustomerPrefix)),
        WorkflowLane.OrderStatus => Timed(range, range.Values.Select(WorkflowRows.OrderStatusPrefix)),
        WorkflowLane.Closed => Timed(range, [WorkflowRows.ClosedPrefix]),
        WorkflowLane.State => Timed(
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
