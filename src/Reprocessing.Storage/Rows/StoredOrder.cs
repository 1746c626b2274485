using Azure;
using Reprocessing.Domain.Orders;

namespace Reprocessing.Storage.Rows;

/// <summary>An order as it was read, with what guards a change of it.</summary>
/// <param name="OpenEvents">The end of the timeline that is not yet in a page of its own; always empty while failed.</param>
/// <param name="InputText">The order's input as JSON, where it was read.</param>
/// <param name="ETag">Of the order's row; any when it was read from its due row.</param>
/// <param name="DueETag">
/// Of the due row; any when it was read from its own row. Whoever changes a failed order writes both rows, so either guards.
/// </param>
internal sealed record StoredOrder(
    Order Order, IReadOnlyList<TimelineEvent> OpenEvents, string? InputText, ETag ETag, ETag DueETag)
{
    /// <exception cref="BrokenRowException">The input cannot be read.</exception>
    public OrderInput ReadInput() =>
        StorageJson.Read<OrderInput>(InputText ?? throw new InvalidOperationException("The input was not read with the order."));

    public OrderStart ReadStart() => StartOf(Order);

    /// <summary>What the workflow of <paramref name="order"/>, a later state of this one, is started with.</summary>
    public OrderStart StartOf(Order order) => StartOf(order, ReadInput());

    /// <summary>Follows from the order alone: it is the same however often, and by whomever, it is tried.</summary>
    public static OrderStart StartOf(Order order, OrderInput input) => new(order.OrderId, order.WorkflowId!, order.RetryCount, order.Generation, input)
    {
        Modifications = order.Modifications,
        Checkpoint = order.Checkpoint,
        DecidedAt = order.Attempts is [.., var last] ? last.RequestedAt : order.CreatedAt,
    };
}
