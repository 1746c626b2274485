using System.Text.Json;
using EndToEnd.Tests.Hosts;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;

namespace EndToEnd.Tests.Orders;

/// <summary>Orders as they come in over HTTP.</summary>
internal static class SampleOrders
{
    public static object Small(string orderId) => new
    {
        orderId,
        customerId = "customer-1",
        items = new[] { new { sku = "SKU-1", quantity = 2, weight = 0.5 } },
    };

    /// <summary>Everything that an order may carry, and things that the app does not know and must hand on.</summary>
    public static JsonDocument Rich(string orderId) => JsonDocument.Parse($$"""
        {
          "orderId": "{{orderId}}",
          "customerId": "customer-Ω 7",
          "priority": "same_day",
          "promisedDeliveryAt": "2026-12-24T18:00:00Z",
          "items": [
            { "sku": "SKU-1", "quantity": 2, "weight": 0.5, "name": "Lamp \"Nachtlicht\" 🌙", "attributes": { "colour": "rouge é", "volts": 230 } },
            { "sku": "SKU-2", "quantity": 1, "weight": 12.25 }
          ],
          "shipping": { "name": "A. B.", "street": "1 Rue & <Sons>", "postalCode": "00501", "city": "Holtsville", "state": "NY", "country": "US" },
          "customer": { "tier": "gold", "since": 2009, "nested": { "list": [1, 2.5, null, true, "x"], "empty": {} } },
          "attributes": { "giftWrap": true, "note": "line one\nline two\ttab", "big": 12345678901234567890 }
        }
        """);

    /// <summary>An order that needs many properties of a row.</summary>
    public static JsonDocument Large(string orderId, string text, int characters) => JsonDocument.Parse(JsonSerializer.Serialize(new
    {
        orderId,
        customerId = "customer-1",
        items = new[] { new { sku = "SKU-1", quantity = 2, weight = 0.5 } },
        attributes = new { blob = string.Concat(Enumerable.Repeat(text, characters / text.Length)) },
    }));

    /// <summary>The entry of an order that an operator has just dealt with.</summary>
    public static DeadLetterEntry ResolvedDeadLetter(string orderId, string resolvedBy) => new()
    {
        OrderId = orderId,
        CustomerId = "customer-1",
        OriginalWorkflowId = $"elsewhere-{orderId}",
        FinalFailureStatus = FailureStatuses.PickingFailed,
        FinalFailureReason = "The shelf was empty.",
        ErrorType = ErrorType.Unknown,
        Fingerprint = "empty-shelf",
        FailedAt = DateTimeOffset.UnixEpoch,
        TotalRetryAttempts = 5,
        RetryHistory = [],
        OrderSnapshot = OrderSnapshot.Of(new(orderId, "customer-1", [new OrderItem("SKU-1", 2, 0.5m)])),
        MovedToQueueAt = DateTimeOffset.UnixEpoch.AddHours(1),
        ResolvedAt = DateTimeOffset.UnixEpoch.AddHours(2),
        ResolvedBy = resolvedBy,
    };

    /// <summary>Every member that was sent is there, with its value; more may be.</summary>
    public static void AssertCarries(JsonElement sent, JsonElement kept, string at = "#")
    {
        switch (sent.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in sent.EnumerateObject())
                {
                    AssertCarries(member.Value, kept.At(member.Name), $"{at}/{member.Name}");
                }

                break;
            case JsonValueKind.Array:
                Assert.Equal(sent.GetArrayLength(), kept.GetArrayLength());
                for (var index = 0; index < sent.GetArrayLength(); index++)
                {
                    AssertCarries(sent[index], kept[index], $"{at}/{index}");
                }

                break;
            case JsonValueKind.String when sent.TryGetDateTimeOffset(out var time):
                Assert.Equal(time, kept.GetDateTimeOffset());
                break;
            default:
                Assert.True(JsonElement.DeepEquals(sent, kept), $"{at}: sent {sent.GetRawText()}, kept {kept.GetRawText()}");
                break;
        }
    }
}
