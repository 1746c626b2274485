using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Orders;

namespace Reprocessing.Storage.Exports;

/// <param name="Next">Where the scan goes on after it.</param>
public abstract record ScannedRow(OrderCursor Next)
{
    public sealed record Read(OrderCursor Next, Order Order, OrderInput Input) : ScannedRow(Next);

    /// <summary>Written by hand, or by a version that this one does not know.</summary>
    public sealed record Broken(OrderCursor Next, SkippedRecord Row) : ScannedRow(Next);
}
