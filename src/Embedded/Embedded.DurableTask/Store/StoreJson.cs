using System.Text.Json;
using System.Text.Json.Serialization;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Store;

/// <summary>The few structured values that a row keeps as JSON text.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FailureRecord))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class StoreJson : JsonSerializerContext
{
    public static string Write(FailureRecord failure) => JsonSerializer.Serialize(failure, Default.FailureRecord);

    public static FailureRecord? ReadFailure(string? text) =>
        text is null ? null : JsonSerializer.Deserialize(text, Default.FailureRecord);

    public static string Write(IReadOnlyDictionary<string, string> tags) =>
        JsonSerializer.Serialize(tags, Default.IReadOnlyDictionaryStringString);

    public static IReadOnlyDictionary<string, string> ReadTags(string? text) =>
        (text is null ? null : JsonSerializer.Deserialize(text, Default.IReadOnlyDictionaryStringString)) ?? new Dictionary<string, string>();
}
