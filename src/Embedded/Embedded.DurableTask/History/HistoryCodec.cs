using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Embedded.DurableTask.History;

/// <summary>A turn's events as one JSON array, the form in which they are stored.</summary>
internal static class HistoryCodec
{
    // Payloads are JSON inside JSON strings: the default encoder would write six bytes for each quotation mark.
    private static readonly JsonTypeInfo<IReadOnlyList<HistoryEvent>> Events =
        (JsonTypeInfo<IReadOnlyList<HistoryEvent>>)new JsonSerializerOptions(HistoryJson.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }.GetTypeInfo(typeof(IReadOnlyList<HistoryEvent>));

    public static string Serialize(IReadOnlyList<HistoryEvent> events) => JsonSerializer.Serialize(events, Events);

    /// <exception cref="HistoryFormatException">The text is not a history that this engine understands.</exception>
    public static IReadOnlyList<HistoryEvent> Deserialize(string json)
    {
        try
        {
            var events = JsonSerializer.Deserialize(json, Events);
            return events is null || events.Contains(null!)
                ? throw new HistoryFormatException("A history and its events cannot be null.")
                : events;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new HistoryFormatException($"The history cannot be read: {exception.Message}", exception);
        }
    }
}
