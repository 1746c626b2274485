using System.Text.Json;
using Embedded.Functions.Hosting;

namespace Embedded.Functions.Settings;

/// <summary>
/// local.settings.json: its <c>Values</c> are settings below the environment's, as with the platform's tools, where they
/// become environment variables of the worker; <c>Host</c> says the port.
/// </summary>
internal static class LocalSettings
{
    private const string FileName = "local.settings.json";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static IReadOnlyDictionary<string, string?> Read(string contentRoot)
    {
        var path = new[] { contentRoot, AppContext.BaseDirectory }.Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return new Dictionary<string, string?>();
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            return Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new HostStartException([$"{FileName} is not valid JSON: {exception.Message}"]);
        }
    }

    private static Dictionary<string, string?> Read(JsonElement root)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new HostStartException([$"{FileName} must be a JSON object."]);
        }

        if (root.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
        {
            throw new HostStartException([$"{FileName} is encrypted: decrypt it with `func settings decrypt`."]);
        }

        foreach (var value in Members(root, "Values"))
        {
            settings[SettingName.ToPath(value.Name)] = Text(value);
        }

        foreach (var value in Members(root, "Host"))
        {
            settings["Host:" + value.Name] = Text(value);
        }

        foreach (var value in Members(root, "ConnectionStrings"))
        {
            settings["ConnectionStrings:" + value.Name] = Text(value);
        }

        return settings;
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement root, string name) =>
        root.TryGetProperty(name, out var section) && section.ValueKind == JsonValueKind.Object ? section.EnumerateObject() : default;

    private static string? Text(JsonProperty value) => value.Value.ValueKind switch
    {
        JsonValueKind.String => value.Value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.Value.GetRawText(),
        JsonValueKind.Null => null,
        _ => throw new HostStartException([$"{FileName}: the value of '{value.Name}' must be a string; nest with '__' in the name."]),
    };
}
