using Reprocessing.Domain.Orders;

namespace ReprocessingFunctions.Orders;

/// <summary>What people do to single orders, as the audit log calls it, and the events that tell of it on the order's timeline.</summary>
internal sealed record OrderDeed(string Action, IReadOnlyList<TimelineEventKind> Told)
{
    public static OrderDeed Resolved { get; } =
        new("dead_letter.resolved", [TimelineEventKind.Requeued, TimelineEventKind.Escalated, TimelineEventKind.Cancelled]);

    public static OrderDeed NoteAdded { get; } = new("dead_letter.note_added", [TimelineEventKind.Note]);

    public static OrderDeed DeadLettered { get; } = new("order.dead_lettered", [TimelineEventKind.DeadLettered]);

    public static OrderDeed Cancelled { get; } = new("order.cancelled", [TimelineEventKind.Cancelled]);
}
