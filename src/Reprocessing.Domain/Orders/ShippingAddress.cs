using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Orders;

public sealed record ShippingAddress(string? City = null, string? State = null)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extension { get; init; }
}
