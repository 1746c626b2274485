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

/// <summary>
/// Records in the audit log what somebody did to an order, as the order's timeline has it, which changed together with the order. If the
/// process dies between the two, the same request sent again is refused by then, and is recorded all the same.
/// </summary>
internal sealed class OrderAudit(IOrderStore orders, IAuditLog audit)
{
    private const int PageSize = 1_000;

    /// <summary>Records the event of the command, or else the last one, among those that people caused: jobs have audit events of their own.</summary>
    /// <param name="after">The order after the command, as far as it is known: of two notes at once each records its own.</param>
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
