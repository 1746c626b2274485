namespace Reprocessing.Domain.Orders;

/// <summary>
/// What a dead letter shows of its order. Members without a value are not written, so every one that may be without is
/// optional to the reader.
/// </summary>
/// <param name="ItemCount">Order lines.</param>
/// <param name="TotalWeight">Quantity times unit weight over all lines.</param>
public sealed record OrderSnapshot(
    Priority Priority,
    DateTimeOffset? PromisedDeliveryAt = null,
    int ItemCount = 0,
    decimal TotalWeight = 0,
    string? ShippingCity = null,
    string? ShippingState = null)
{
    public static OrderSnapshot Of(OrderInput input) => new(
        input.Priority,
        input.PromisedDeliveryAt,
        input.Items.Count,
        input.Items.Sum(item => item.Quantity * item.Weight),
        input.Shipping?.City,
        input.Shipping?.State);
}
