namespace Reprocessing.Domain.Orders;

/// <summary>What a dead letter shows of its order.</summary>
/// <param name="ItemCount">Order lines.</param>
/// <param name="TotalWeight">Quantity times unit weight over all lines.</param>
public sealed record OrderSnapshot(
    Priority Priority,
    DateTimeOffset? PromisedDeliveryAt,
    int ItemCount,
    decimal TotalWeight,
    string? ShippingCity,
    string? ShippingState)
{
    public static OrderSnapshot Of(OrderInput input) => new(
        input.Priority,
        input.PromisedDeliveryAt,
        input.Items.Count,
        input.Items.Sum(item => item.Quantity * item.Weight),
        input.Shipping?.City,
        input.Shipping?.State);
}
