namespace Reprocessing.Domain.Imports;

internal static class OrderObject
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new UtcTimeConverter() },
    };

    public static (ImportedOrder? Order, Rejection? Rejection) Read(JsonObject record)
    {
        var orderId = record[ImportColumns.OrderId] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        if (FindMisspelt(record) is { } misspelt)
        {
            return (null, new(RejectReason.InvalidOrder, $"The member '{misspelt}' is known in another letter case only.", orderId));
        }

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

    /// <summary>A reader that does not heed letter case would take it for the member that was checked.</summary>
    private static string? FindMisspelt(JsonObject record) =>
        StrictJson.FindMisspelt(Names(record), ImportColumns.Members)
        ?? StrictJson.FindMisspelt(Names(record["shipping"]), ImportColumns.ShippingMembers)
        ?? (record[ImportColumns.Items] as JsonArray)?.Select(item => StrictJson.FindMisspelt(Names(item), ImportColumns.ItemMembers)).FirstOrDefault(name => name is not null);

    private static IEnumerable<string> Names(JsonNode? node) => (node as JsonObject)?.Select(member => member.Key) ?? [];

    private static ImportedFailure TakeFailure(JsonObject record)
    {
        var failure = new JsonObject();
        foreach (var name in ImportColumns.OfFailures)
        {
            if (record.Remove(name, out var value))
            {
                failure[name] = value;
            }
        }

        return failure.Deserialize<ImportedFailure>(Options)!;
    }
}

public sealed record ImportedOrder(OrderInput Input, ImportedFailure Failure);

public sealed record ImportedFailure(
    string? FailureStatus = null, string? Reason = null, string? WorkflowId = null, DateTimeOffset? FailedAt = null);

public static class ImportProblems
{
    /// <summary>Limits the message: a list of all errors could be far larger than the record.</summary>
    public const int MaxShown = 20;

    public static string Describe(IReadOnlyList<InputProblem> problems)
    {
        var shown = string.Join("; ", problems.Take(MaxShown).Select(problem => $"{Subject(problem.Path)} {problem.Message}"));
        return problems.Count > MaxShown ? $"{shown}; and {problems.Count - MaxShown} more." : shown + ".";
    }

    private static string Subject(string path) => path.Length == 0 ? "The order" : $"'{path.TrimStart('/')}'";
}

/// <summary>Reads ISO 8601 dates and times; without an offset they are UTC, whatever the machine's time zone.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd",
    ];

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && DateTimeOffset.TryParseExact(
            reader.GetString(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
