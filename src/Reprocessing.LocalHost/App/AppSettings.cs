using System.Globalization;
using System.Text.Json.Nodes;

namespace Reprocessing.LocalHost.App;

/// <summary>local.settings.json: environment variables for host and worker, and the port.</summary>
internal sealed record AppSettings
{
    public IReadOnlyDictionary<string, string> Variables { get; private init; } = new Dictionary<string, string>();
    public int? Port { get; private init; }

    /// <param name="folder">The app's folder, whose local.settings.json may be missing.</param>
    /// <param name="file">Another file, which must be there.</param>
    /// <exception cref="StartException">The file is missing or broken.</exception>
    public static AppSettings Read(string folder, string? file)
    {
        var path = Path.GetFullPath(file ?? Path.Combine(folder, "local.settings.json"));
        if (file is null && !File.Exists(path))
        {
            return new AppSettings();
        }

        var name = Path.GetFileName(path);
        if (FunctionApp.ReadJson(Path.GetDirectoryName(path)!, name) is not JsonObject json)
        {
            throw new StartException($"{name} is broken: it is not an object.");
        }

        if (json["IsEncrypted"] is JsonValue encrypted && encrypted.TryGetValue<bool>(out var isEncrypted) && isEncrypted)
        {
            throw new StartException($"{name} is encrypted, which this host cannot read: run func settings decrypt.");
        }

        var variables = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in Section(json, "Values", name))
        {
            variables[key] = Scalar(value, $"Values.{key}", name);
        }

        foreach (var (key, value) in Section(json, "ConnectionStrings", name))
        {
            variables["ConnectionStrings:" + key] = Scalar((value as JsonObject)?["ConnectionString"] ?? value, $"ConnectionStrings.{key}", name);
        }

        return new AppSettings { Variables = variables, Port = ReadPort(Section(json, "Host", name)["LocalHttpPort"], name) };
    }

    /// <summary>Sets the variables that the environment does not have yet: what is set there wins.</summary>
    public void Apply()
    {
        // With it the Durable extension (3.18.0) believes that it is on Linux Consumption: it does five things at once at most and logs each.
        Environment.SetEnvironmentVariable("CONTAINER_NAME", null);
        var present = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Variables.Where(v => !present.Contains(v.Key)))
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    private static JsonObject Section(JsonObject json, string section, string file) => json[section] switch
    {
        null => [],
        JsonObject found => found,
        _ => throw new StartException($"{file} is broken: {section} is not an object."),
    };

    private static string Scalar(JsonNode? value, string name, string file) => value switch
    {
        null => "",
        JsonValue scalar => scalar.ToString(),
        _ => throw new StartException($"{file} is broken: {name} is not a text."),
    };

    private static int? ReadPort(JsonNode? value, string file) => value switch
    {
        null => null,
        _ when int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue => port,
        _ => throw new StartException($"{file} is broken: Host.LocalHttpPort is no port."),
    };
}
