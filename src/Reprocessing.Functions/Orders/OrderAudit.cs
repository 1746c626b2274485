namespace Reprocessing.Functions.Orders;

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
            var id = string.Create(CultureInfo.InvariantCulture, $"order.{orderId}.{own.Sequence}");
            var recorded = new AuditEvent(id, own.At, own.Actor!, command.Action, orderId)
            {
                Reason = own.Detail,
                Detail = own.WorkflowId is { } workflow ? $"{EnumNames.Of(own.Kind)}, workflow {workflow}" : EnumNames.Of(own.Kind),
            };
            await audit.AddAsync(recorded, cancellationToken);
        }
    }
}
