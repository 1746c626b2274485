using System.Globalization;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.Orders;

namespace ReprocessingFunctions.Orders;

/// <summary>
/// Tells the audit log what somebody did to an order, as the order's timeline has it, which changed together with the order. So a
/// process that died between the two has lost nothing: asked for the same again, although that is refused by then, it is told.
/// </summary>
internal sealed class OrderAudit(IOrderStore orders, IAuditLog audit)
{
    private const int PageSize = 1_000;

    /// <summary>Of the events that people caused by themselves (jobs have audit events of their own) that of the deed, or the last.</summary>
    /// <param name="after">The order after the deed, as far as it is known: of two notes at once each tells its own.</param>
    public async Task TellAsync(string orderId, OrderDeed deed, Order? after, CancellationToken cancellationToken)
    {
        var own = after?.EventCount - 1;
        TimelineEvent? last = null;
        string? token = null;
        do
        {
            var page = await orders.ReadTimelineAsync(orderId, PageSize, token, cancellationToken);
            foreach (var told in page?.Items ?? [])
            {
                var isOne = told is { Actor: not null, RunId: null } && deed.Told.Contains(told.Kind);
                last = isOne && (last is null || last.Sequence != own) ? told : last;
            }

            token = page?.Next;
        }
        while (token is not null);

        if (last is not null)
        {
            await audit.AddAsync(Event(orderId, deed.Action, last), cancellationToken);
        }
    }

    private static AuditEvent Event(string orderId, string action, TimelineEvent told) =>
        new(string.Create(CultureInfo.InvariantCulture, $"order.{orderId}.{told.Sequence}"), told.At, told.Actor!, action, orderId)
        {
            Reason = told.Detail,
            Detail = told.WorkflowId is { } workflow ? $"{EnumNames.Of(told.Kind)}, workflow {workflow}" : EnumNames.Of(told.Kind),
        };
}
