namespace Reprocessing.Cli.Http;

/// <summary>
/// Reads members of responses. Responses grow and leave out empty members, so a member that is missing or of another kind is null.
/// </summary>
internal static class JsonReading
{
    /// <param name="path">Names separated by dots.</param>
    public static JsonElement? At(this JsonElement json, string path)
    {
        var at = json;
        foreach (var name in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at.ValueKind == JsonValueKind.Null ? null : at;
    }

    public static string? TextOrNull(this JsonElement json, string path) =>
        json.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static string Text(this JsonElement json, string path) => json.TextOrNull(path) ?? string.Empty;

    public static double? NumberOrNull(this JsonElement json, string path) =>
        json.At(path) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    public static int Count(this JsonElement json, string path) =>
        json.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;

    public static IEnumerable<JsonElement> ItemsOf(this JsonElement json, string path) =>
        json.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> MembersOf(this JsonElement json, string path) =>
        json.At(path) is { ValueKind: JsonValueKind.Object } members ? members.EnumerateObject() : [];

    /// <summary>Objects and lists as JSON.</summary>
    public static string Show(this JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => string.Empty,
        { ValueKind: JsonValueKind.String } text => text.GetString() ?? string.Empty,
        { ValueKind: JsonValueKind.True } => "yes",
        { ValueKind: JsonValueKind.False } => "no",
        { } other => other.GetRawText(),
    };

    public static string Grouped(this double number) => number.ToString("#,##0.##", CultureInfo.InvariantCulture);

    public static string Grouped(this int number) => number.ToString("#,##0", CultureInfo.InvariantCulture);
}
