using System.Text.Json;

namespace EndToEnd.Tests.Hosts;

/// <summary>Members of answers by name; a missing one fails the test with the whole answer.</summary>
internal static class JsonReading
{
    public static JsonElement At(this JsonElement json, string name)
    {
        Assert.True(json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out _), $"There is no '{name}' in {json}");
        return json.GetProperty(name);
    }

    public static string? Text(this JsonElement json, string name) => json.At(name).GetString();

    /// <summary>Null where the member is left out.</summary>
    public static string? TextOrNull(this JsonElement json, string name) => json.TryGetProperty(name, out var member) ? member.GetString() : null;

    public static int Number(this JsonElement json, string name) => json.At(name).GetInt32();

    public static string? Status(this JsonElement instance) => instance.Text("runtimeStatus");
}
