using System.Text.Json;

namespace ReprocessingFunctions.Http;

internal static class StoredJson
{
    /// <summary>JSON that is kept as text, as a part of an answer.</summary>
    public static JsonElement? Read(string? json) => json is null ? null : JsonElement.Parse(json);
}
