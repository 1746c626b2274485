using System.Collections.Concurrent;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Orders;

/// <summary>
/// Orders as this process wrote them last, so that the steps of a workflow need not read before each write: half of its storage
/// calls. Safe however old, as long as only a write under the ETag follows from it. Bounded; an order that is not being worked on
/// is not kept.
/// </summary>
internal sealed class RecentOrders
{
    private const int MaxOrders = 2_000;

    // The bound on memory: a larger input is read again where it is needed.
    private const int MaxInputChars = 8_000;

    private readonly ConcurrentDictionary<string, StoredOrder> _orders = new(StringComparer.Ordinal);

    public StoredOrder? Find(string orderId, bool withInput) =>
        _orders.TryGetValue(orderId, out var stored) && (!withInput || stored.InputText is not null) ? stored : null;

    public void Keep(StoredOrder stored)
    {
        var orderId = stored.Order.OrderId;
        if (stored.Order.Phase != OrderPhase.InProgress)
        {
            Forget(orderId);
            return;
        }

        if (_orders.Count >= MaxOrders)
        {
            // Workflows that went on elsewhere, or never: dropping all costs each of the others one read.
            _orders.Clear();
        }

        _orders[orderId] = stored.InputText?.Length > MaxInputChars ? stored with { InputText = null } : stored;
    }

    public void Forget(string orderId) => _orders.TryRemove(orderId, out _);
}
