namespace Reprocessing.Domain.Orders;

/// <summary>The input of an order and of its workflows. Unknown members are kept at every level and passed on unchanged.</summary>
public sealed record OrderInput(string OrderId, string CustomerId, IReadOnlyList<OrderItem> Items)
{
    public Priority Priority { get; init; }

    public DateTimeOffset? PromisedDeliveryAt { get; init; }

    public ShippingAddress? Shipping { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extension { get; init; }
}

/// <param name="Weight">Of one unit, in kilograms.</param>
public sealed record OrderItem(string Sku, int Quantity, decimal Weight)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extension { get; init; }
}

public sealed record ShippingAddress(string? City = null, string? State = null)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extension { get; init; }
}

[JsonConverter(typeof(EnumNameConverter<Priority>))]
public enum Priority
{
    Standard,
    NextDay,
    SameDay,
}

/// <summary>What a dead letter shows of its order. Members without a value are not written, so most are optional when read.</summary>
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
