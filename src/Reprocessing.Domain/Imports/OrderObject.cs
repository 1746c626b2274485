using System.Text.Json;
using System.Text.Json.Nodes;
using Reprocessing.Domain.Orders;

namespace Reprocessing.Domain.Imports;

/// <summary>An order, and what may be told of its failure, from one JSON object.</summary>
internal static class OrderObject
{
    private static readonly JsonSerializerOptions Options = CreateOptions();

    public static (ImportedOrder? Order, Rejection? Rejection) Read(JsonObject record)
    {
        var orderId = record[ImportColumns.OrderId] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        try
        {
            var failure = TakeFailure(record);
            if (record[ImportColumns.Priority] is null)
            {
                record.Remove(ImportColumns.Priority);
            }

            var input = record.Deserialize<OrderInput>(Options)!;
            var problems = OrderInputRules.Check(input);
            return problems.Count > 0
                ? (null, new(RejectReason.InvalidOrder, ImportProblems.Describe(problems), orderId))
                : (new(input with { PromisedDeliveryAt = input.PromisedDeliveryAt?.ToUniversalTime() }, failure), null);
        }
        catch (JsonException e)
        {
            return (null, new(RejectReason.InvalidOrder, $"'{e.Path?.TrimStart('$', '.')}' is of the wrong type or out of range.", orderId));
        }
    }

    private static ImportedFailure TakeFailure(JsonObject record)
    {
        var told = new JsonObject();
        foreach (var name in ImportColumns.OfFailures)
        {
            if (record.Remove(name, out var value))
            {
                told[name] = value;
            }
        }

        return told.Deserialize<ImportedFailure>(Options)!;
    }

    private static JsonSerializerOptions CreateOptions() => new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
        Converters = { new MomentConverter() },
    };
}
