using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Orders;

/// <param name="Weight">Of one unit, in kilograms.</param>
public sealed record OrderItem(string Sku, int Quantity, decimal Weight)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extension { get; init; }
}
