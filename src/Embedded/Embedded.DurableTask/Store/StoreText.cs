using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Store;

/// <summary>The few structured values that a row keeps as JSON text.</summary>
internal static class StoreText
{
    // JSON inside JSON: the default encoder would write six bytes for each quotation mark.
    private static readonly JsonSerializerOptions Relaxed =
        new(StoreJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(FailureRecord failure) => JsonSerializer.Serialize(failure, Type<FailureRecord>());

    public static FailureRecord ReadFailure(string text) => Read<FailureRecord>(text);

    public static string Write(IReadOnlyDictionary<string, string> tags) =>
        JsonSerializer.Serialize(tags, Type<IReadOnlyDictionary<string, string>>());

    public static IReadOnlyDictionary<string, string> ReadTags(string text) => Read<IReadOnlyDictionary<string, string>>(text);

    public static string Write(IReadOnlyList<OutboxMessage> messages) => JsonSerializer.Serialize(
        [.. messages.Select(static message => new OutboxEntry(message.TargetId, message.Sequence, Write(message.Event)))],
        Type<IReadOnlyList<OutboxEntry>>());

    public static IReadOnlyList<OutboxMessage> ReadMessages(string text) =>
        [.. Read<IReadOnlyList<OutboxEntry>>(text)
            .Select(static entry => new OutboxMessage(entry.TargetId, entry.Sequence, ReadEvent(entry.Event)))];

    public static string Write(HistoryEvent arrived) => HistoryCodec.Serialize([arrived]);

    public static HistoryEvent ReadEvent(string text) => HistoryCodec.Deserialize(text).Single();

    private static T Read<T>(string text) =>
        JsonSerializer.Deserialize(text, Type<T>()) ?? throw new HistoryFormatException("A stored value cannot be null.");

    private static JsonTypeInfo<T> Type<T>() => (JsonTypeInfo<T>)Relaxed.GetTypeInfo(typeof(T));
}
