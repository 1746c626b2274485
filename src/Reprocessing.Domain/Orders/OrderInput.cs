using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Orders;

/// <summary>
/// What an order comes in with and what each of its workflows starts from, whole: members that this app does not know are
/// kept at every level and handed on unchanged.
/// </summary>
public sealed record OrderInput(string OrderId, string CustomerId, IReadOnlyList<OrderItem> Items)
{
    public Priority Priority { get; init; }

    public DateTimeOffset? PromisedDeliveryAt { get; init; }

    public ShippingAddress? Shipping { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extension { get; init; }
}
