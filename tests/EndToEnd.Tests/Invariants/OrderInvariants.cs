using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.DeadLetters;
using Reprocessing.Storage.Rows;

namespace EndToEnd.Tests.Invariants;

/// <summary>What must hold of one order's rows at any moment, whatever has crashed before.</summary>
internal static class OrderInvariants
{
    private static readonly string JobPrefix = JobIds.Job(string.Empty);

    public static IEnumerable<string> Violations(StoredRows rows, string orderId)
    {
        var found = rows.Of(orderId, 'o');
        if (found.Count != 1)
        {
            return [$"{orderId} has {found.Count} order rows: it is lost or doubled"];
        }

        var stored = OrderRows.ReadOrder(found[0]);
        return [.. Index(rows, stored.Order), .. Entry(rows, stored.Order), .. Attempts(stored.Order), .. Timeline(rows, stored)];
    }

    public static IReadOnlyList<TimelineEvent> ReadTimeline(StoredRows rows, StoredOrder stored) =>
    [
        .. rows.Of(stored.Order.OrderId, 'e').OrderBy(row => row.RowKey, StringComparer.Ordinal).SelectMany(OrderRows.ReadEvents),
        .. stored.OpenEvents,
    ];

    /// <summary>A failed order has a due row and no other has; a start that is on its way has a row, and no other has.</summary>
    private static IEnumerable<string> Index(StoredRows rows, Order order)
    {
        var due = rows.Of(order.OrderId).Where(row => row.RowKey[0] is RowKeys.DueIndex or RowKeys.PermanentIndex).Select(row => row.RowKey).ToList();
        string[] dueExpected = order.Phase == OrderPhase.Failed ? [OrderRows.DueKey(order)!] : [];
        if (!due.SequenceEqual(dueExpected))
        {
            yield return $"{order.OrderId} is {order.Status} and has the due rows [{string.Join(", ", due)}], not [{string.Join(", ", dueExpected)}]";
        }

        var starts = rows.Of(order.OrderId, RowKeys.StartIndex).Select(row => row.RowKey).ToList();
        string[] startsExpected = OrderRows.StartKey(order) is { } start ? [start] : [];
        if (!starts.SequenceEqual(startsExpected))
        {
            yield return $"{order.OrderId} is {order.Status} and has the start rows [{string.Join(", ", starts)}], not [{string.Join(", ", startsExpected)}]";
        }

        if (order.Phase == OrderPhase.PendingRetry != (order.StartDecidedAt is not null) && order.Phase != OrderPhase.Pending)
        {
            yield return $"{order.OrderId} is {order.Status} but its start was decided at {order.StartDecidedAt}";
        }
    }

    /// <summary>An order in the queue has one entry there that is not resolved, and no other order has one.</summary>
    private static IEnumerable<string> Entry(StoredRows rows, Order order)
    {
        var entries = rows.Of(order.OrderId, RowKeys.DeadLetterIndex).ConvertAll(DeadLetterRows.Read);
        // Those that are resolved may be purged.
        if (entries.Count > Math.Min(order.DeadLetterCount, 1))
        {
            yield return $"{order.OrderId} is {order.Status} and has {entries.Count} dead letters";
        }

        var isOpen = entries.Any(entry => entry.Resolution is null);
        if (isOpen != order.IsOpenDeadLetter)
        {
            yield return $"{order.OrderId} is {order.Status} and its dead letter is {(isOpen ? "open" : entries.Count == 0 ? "missing" : "resolved")}";
        }
    }

    /// <summary>Every retry was burnt once, and each attempt has its own workflow.</summary>
    private static IEnumerable<string> Attempts(Order order)
    {
        foreach (var generation in order.Attempts.GroupBy(attempt => attempt.Generation))
        {
            var retries = generation.Select(attempt => attempt.Number).ToList();
            if (!retries.SequenceEqual(Enumerable.Range(0, retries.Count)))
            {
                yield return $"{order.OrderId} has the attempts {string.Join(", ", retries)} in generation {generation.Key}";
            }
        }

        if (order is { Phase: not OrderPhase.Completed, Attempts: [.., var last] } && (order.Generation, order.RetryCount) != (last.Generation, last.Number))
        {
            yield return $"{order.OrderId} counts {order.RetryCount} retries in generation {order.Generation} after {last.WorkflowId}";
        }

        var doubled = order.Attempts.GroupBy(attempt => attempt.WorkflowId).Where(group => group.Count() > 1).Select(group => group.Key);
        foreach (var workflowId in doubled)
        {
            yield return $"{order.OrderId} has two attempts with the workflow {workflowId}";
        }
    }

    /// <summary>The events tell a life that is possible, without a gap, and end in the state that is stored.</summary>
    private static IEnumerable<string> Timeline(StoredRows rows, StoredOrder stored)
    {
        var order = stored.Order;
        var timeline = ReadTimeline(rows, stored);
        if (!timeline.Select(told => told.Sequence).SequenceEqual(Enumerable.Range(0, order.EventCount)))
        {
            yield return $"{order.OrderId} has the events {string.Join(", ", timeline.Select(told => told.Sequence))} of {order.EventCount}";
        }

        if (timeline.LastOrDefault(told => told.Status is not null)?.Status is { } told && told != order.Status)
        {
            yield return $"{order.OrderId} is {order.Status}, but its timeline ends as {told}";
        }

        TimelineEventKind[] once = [TimelineEventKind.Started, TimelineEventKind.Failed, TimelineEventKind.Restarted, TimelineEventKind.Completed];
        foreach (var doubled in timeline.Where(told => once.Contains(told.Kind)).GroupBy(told => (told.Kind, told.WorkflowId)).Where(group => group.Count() > 1))
        {
            yield return $"{order.OrderId} was {EnumNames.Of(doubled.Key.Kind)} {doubled.Count()} times with the workflow {doubled.Key.WorkflowId}";
        }

        // A job may try one order several times, and people act without either; a run comes by once.
        var touched = timeline
            .Where(told => told.Kind is TimelineEventKind.Restarted or TimelineEventKind.DeadLettered && told.RunId?.StartsWith(JobPrefix, StringComparison.Ordinal) == false)
            .GroupBy(told => told.RunId);
        foreach (var twice in touched.Where(group => group.Count() > 1))
        {
            yield return $"{order.OrderId} was touched {twice.Count()} times by {twice.Key}";
        }
    }
}
