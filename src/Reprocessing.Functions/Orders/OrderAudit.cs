namespace Reprocessing.Functions.Orders;

/// <summary>What people do to single orders, as the audit log calls it, and the timeline events that record it.</summary>
internal sealed record OrderCommand(string Action, IReadOnlyList<TimelineEventKind> Events)
{
    public static OrderCommand Resolved { get; } =
        new("dead_letter.resolved", [TimelineEventKind.Requeued, TimelineEventKind.Escalated, TimelineEventKind.Cancelled]);

    public static OrderCommand NoteAdded { get; } = new("dead_letter.note_added", [TimelineEventKind.Note]);

    public static OrderCommand DeadLettered { get; } = new("order.dead_lettered", [TimelineEventKind.DeadLettered]);

    public static OrderCommand Cancelled { get; } = new("order.cancelled", [TimelineEventKind.Cancelled]);
}

/// <summary>Records what somebody did as the order's timeline has it, which changed together with the order. If the process dies in between, the same request records it.</summary>
internal sealed class OrderAudit(IOrderStore orders, IAuditLog audit)
{
    private const int PageSize = 1_000;

    /// <summary>The command's event, or else the last one, among those that people caused: jobs have their own. Of two notes at once each records its own.</summary>
    public async Task RecordAsync(string orderId, OrderCommand command, Order? after, CancellationToken cancellationToken)
    {
        var events = await Pages.ReadAllAsync(token => orders.ReadTimelineAsync(orderId, PageSize, token, cancellationToken))
            .Where(told => told is { Actor: not null, RunId: null } && command.Events.Contains(told.Kind))
            .ToListAsync(cancellationToken);
        if ((events.Find(told => told.Sequence == after?.EventCount - 1) ?? events.LastOrDefault()) is { } own)
        {
            await audit.AddAsync(Event(orderId, command.Action, own), cancellationToken);
        }
    }

    private static AuditEvent Event(string orderId, string action, TimelineEvent told) =>
        new(string.Create(CultureInfo.InvariantCulture, $"order.{orderId}.{told.Sequence}"), told.At, told.Actor!, action, orderId)
        {
            Reason = told.Detail,
            Detail = told.WorkflowId is { } workflow ? $"{EnumNames.Of(told.Kind)}, workflow {workflow}" : EnumNames.Of(told.Kind),
        };
}
