using System.Text.Json;
using Reprocessing.Domain.Orders;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <summary>What a lookup adds to an order: <c>enriched</c> always, <c>enrichment</c> when it gave something.</summary>
internal static class Enrichment
{
    private const string Flag = "enriched";
    private const string Content = "enrichment";

    public static OrderInput Add(OrderInput order, JsonElement? found)
    {
        var extension = Without(order);
        extension[Flag] = JsonSerializer.SerializeToElement(found is not null);
        if (found is { } content)
        {
            extension[Content] = content;
        }

        return order with { Extension = extension };
    }

    /// <summary>The same order, whatever the lookups gave when each of the two came in.</summary>
    public static bool IsSame(OrderInput one, OrderInput other) => JsonElement.DeepEquals(Plain(one), Plain(other));

    private static JsonElement Plain(OrderInput order) =>
        JsonSerializer.SerializeToElement(order with { Extension = Without(order) }, AppJson.Answers);

    private static Dictionary<string, JsonElement> Without(OrderInput order) =>
        (order.Extension ?? []).Where(member => member.Key is not (Flag or Content)).ToDictionary(StringComparer.Ordinal);
}
