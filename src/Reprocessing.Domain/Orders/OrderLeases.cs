namespace Reprocessing.Domain.Orders;

/// <summary>
/// Who may work on an order. Taking and freeing a lease is no change of the order: neither its version nor its timeline moves, so
/// that what a plan has seen of it stays true.
/// </summary>
public static class OrderLeases
{
    /// <returns>Null when the order is another's.</returns>
    public static Order? Take(Order order, string owner, DateTimeOffset until, DateTimeOffset now) =>
        order.Lease?.Excludes(owner, now) == true ? null : order with { Lease = new(owner, until) };

    /// <returns>The same order when the lease is not the owner's.</returns>
    public static Order Free(Order order, string owner) =>
        string.Equals(order.Lease?.Owner, owner, StringComparison.Ordinal) ? order with { Lease = null } : order;
}
