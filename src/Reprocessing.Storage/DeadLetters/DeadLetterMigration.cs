using System.Text.Json.Nodes;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>Reads entries of older schemas: what they lack is derived from what they have. The row is migrated when the entry is next written.</summary>
internal static class DeadLetterMigration
{
    public static DeadLetterEntry Read(TableEntity row, string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject entry)
            {
                throw new BrokenRowException($"Row {row.PartitionKey}/{row.RowKey} is no dead letter.");
            }

            Fill(entry, row);
            return StorageJson.Read<DeadLetterEntry>(entry.ToJsonString());
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException and not BrokenRowException)
        {
            throw new BrokenRowException($"Row {row.PartitionKey}/{row.RowKey} cannot be read: {exception.Message}", exception);
        }
    }

    private static void Fill(JsonObject entry, TableEntity row)
    {
        Default(entry, "orderId", () => row.GetString("OrderId"));
        Default(entry, "customerId", () => row.GetString("CustomerId") ?? string.Empty);
        Default(entry, "movedToQueueAt", () => RowKeys.InvertedTimeIn(row.RowKey)?.ToString("O", CultureInfo.InvariantCulture));
        Default(entry, "failedAt", () => entry["movedToQueueAt"]?.DeepClone());
        Default(entry, "finalFailureStatus", () => row.GetString(OrderRows.Status) ?? "unknown");
        Default(entry, "finalFailureReason", () => string.Empty);
        Default(entry, "retryHistory", () => new JsonArray());
        Default(entry, "totalRetryAttempts", () => Math.Max(0, entry["retryHistory"]!.AsArray().Count - 1));
        Default(entry, "originalWorkflowId", () => (entry["retryHistory"] as JsonArray)?.FirstOrDefault()?["workflowId"]?.DeepClone() ?? string.Empty);
        Default(entry, "orderSnapshot", () => new JsonObject { ["priority"] = "standard" });
        Default(entry, "errorType", () => EnumNames.Of(TypeOf(Text(entry, "finalFailureStatus"))));
        Default(entry, "fingerprint", () => Fingerprint.Of(
            EnumNames.TryParse<ErrorType>(Text(entry, "errorType"), out var type) ? type : ErrorType.Unknown,
            Text(entry, "finalFailureStatus"),
            Text(entry, "finalFailureReason")));
        if (entry["notes"] is JsonValue notes && notes.GetValueKind() == JsonValueKind.String)
        {
            var at = (entry["resolvedAt"] ?? entry["movedToQueueAt"])?.DeepClone();
            entry["notes"] = new JsonArray(new JsonObject { ["text"] = notes.GetValue<string>(), ["author"] = string.Empty, ["at"] = at });
        }
    }

    private static void Default(JsonObject entry, string name, Func<JsonNode?> make)
    {
        if (entry[name] is null)
        {
            entry[name] = make();
        }
    }

    private static string Text(JsonObject entry, string name) => entry[name]?.GetValue<string>() ?? string.Empty;

    private static ErrorType TypeOf(string status) => FailureStatuses.TryGet(status, out var known) ? known.ErrorType : ErrorType.Unknown;
}
