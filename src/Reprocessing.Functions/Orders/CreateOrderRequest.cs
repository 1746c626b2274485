namespace Reprocessing.Functions.Orders;

/// <summary>Every member is optional to the reader, so that all that is missing is reported at once; <see cref="OrderInputRules"/> decides.</summary>
internal sealed record CreateOrderRequest
{
    [Required]
    public string? OrderId { get; init; }

    [Required]
    public string? CustomerId { get; init; }

    public Priority? Priority { get; init; }

    public DateTimeOffset? PromisedDeliveryAt { get; init; }

    [Required]
    public IReadOnlyList<CreateOrderItem?>? Items { get; init; }

    public CreateOrderAddress? Shipping { get; init; }

    public Dictionary<string, JsonElement>? Customer { get; init; }

    public Dictionary<string, JsonElement>? Attributes { get; init; }

    /// <summary>Another system works on the order: no workflow is started until a run restarts it.</summary>
    [JsonPropertyName("runElsewhere")]
    public bool? IsExternal { get; init; }

    public NewOrder ToOrder() => new(ToInput()) { IsExternal = IsExternal ?? false };

    private OrderInput ToInput() => new(OrderId ?? string.Empty, CustomerId ?? string.Empty, [.. (Items ?? []).Select(CreateOrderItem.ToItem)])
    {
        Priority = Priority ?? default,
        PromisedDeliveryAt = PromisedDeliveryAt?.ToUniversalTime(),
        Shipping = Shipping?.ToAddress(),
        Extension = JsonPayload.Of(("customer", Customer), ("attributes", Attributes)),
    };
}

internal sealed record CreateOrderItem
{
    [Required]
    public string? Sku { get; init; }

    [Required]
    public int? Quantity { get; init; }

    public decimal? Weight { get; init; }

    public string? Name { get; init; }

    public Dictionary<string, JsonElement>? Attributes { get; init; }

    public static OrderItem ToItem(CreateOrderItem? item) => new(item?.Sku ?? string.Empty, item?.Quantity ?? 0, item?.Weight ?? 0)
    {
        Extension = JsonPayload.Of(("name", item?.Name), ("attributes", item?.Attributes)),
    };
}

internal sealed record CreateOrderAddress
{
    public string? Name { get; init; }

    public string? Street { get; init; }

    public string? PostalCode { get; init; }

    public string? City { get; init; }

    public string? State { get; init; }

    public string? Country { get; init; }

    public ShippingAddress ToAddress() => new(City, State)
    {
        Extension = JsonPayload.Of(("name", Name), ("street", Street), ("postalCode", PostalCode), ("country", Country)),
    };
}

internal static class JsonPayload
{
    public static Dictionary<string, JsonElement>? Of(params IEnumerable<(string Name, object? Value)> members)
    {
        var extension = members.Where(member => member.Value is not null)
            .ToDictionary(member => member.Name, member => JsonSerializer.SerializeToElement(member.Value, AppJson.Worker));
        return extension.Count == 0 ? null : extension;
    }
}
