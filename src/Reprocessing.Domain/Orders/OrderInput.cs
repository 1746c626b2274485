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

public static class OrderInputRules
{
    /// <summary>Of an order as JSON. A workflow is started with its whole input, and an engine that stores it as a text column holds no more.</summary>
    public const int MaxBytes = 400 * 1_024;

    public const int MaxItems = 1_000;
    public const int MaxQuantity = 1_000_000;
    public const decimal MaxWeight = 1_000_000;
    public const int MaxText = 128;

    public static IReadOnlyList<InputProblem> Check(OrderInput input) => InputProblem.Of(
    [
        ("/orderId", Identifiers.Problem(input.OrderId)),
        ("/customerId", Identifiers.Problem(input.CustomerId)),
        ("/priority", Enum.IsDefined(input.Priority) ? null : "must be a known priority"),
        ("/shipping/city", TooLong(input.Shipping?.City)),
        ("/shipping/state", TooLong(input.Shipping?.State)),
        .. input.Items is { Count: > 0 and <= MaxItems } items
            ? items.SelectMany((item, index) => CheckItem(item, $"/items/{index}"))
            : [("/items", $"must have 1 to {MaxItems} items")],
    ]);

    private static IEnumerable<(string Path, string? Message)> CheckItem(OrderItem? item, string path) => item is null
        ? [(path, "must not be null")]
        :
        [
            ($"{path}/sku", string.IsNullOrWhiteSpace(item.Sku) ? "must not be empty" : TooLong(item.Sku)),
            ($"{path}/quantity", item.Quantity is >= 1 and <= MaxQuantity ? null : $"must be 1 to {MaxQuantity}"),
            ($"{path}/weight", item.Weight is >= 0 and <= MaxWeight ? null : $"must be 0 to {MaxWeight}"),
        ];

    private static string? TooLong(string? text) =>
        text?.Length > MaxText ? $"must have at most {MaxText} characters, has {text.Length}" : null;
}

/// <param name="Path">JSON pointer to the member, such as <c>/items/0/sku</c>.</param>
public sealed record InputProblem(string Path, string Message)
{
    public static IReadOnlyList<InputProblem> Of(IEnumerable<(string Path, string? Message)> checks) =>
        [.. checks.Where(check => check.Message is not null).Select(check => new InputProblem(check.Path, check.Message!))];
}
