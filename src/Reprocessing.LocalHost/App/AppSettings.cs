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

/// <summary>host.json, with what the environment overrides in it.</summary>
internal sealed class HostJson
{
    /// <summary>The section that the WebJobs SDK reads the extensions' options from, as it does in the real host.</summary>
    public const string Section = "AzureFunctionsJobHost";

    /// <summary>Of every plan but Consumption, where it is five minutes.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    private HostJson(IConfiguration configuration)
    {
        Configuration = configuration;
        RoutePrefix = (configuration[$"{Section}:extensions:http:routePrefix"] ?? "api").Trim('/');
        FunctionTimeout = ReadTimeout(configuration[$"{Section}:functionTimeout"]);
    }

    /// <summary>The file below <see cref="Section"/>, and the environment.</summary>
    public IConfiguration Configuration { get; }

    public string RoutePrefix { get; }

    /// <summary>After which a function that has not answered costs the worker its life.</summary>
    public TimeSpan FunctionTimeout { get; }

    /// <exception cref="StartException">The file is missing or broken.</exception>
    public static HostJson Read(string folder)
    {
        if (FunctionApp.ReadJson(folder, "host.json") is not JsonObject json)
        {
            throw new StartException("host.json is broken: it is not an object.");
        }

        if (json["version"]?.ToString() is not "2.0")
        {
            throw new StartException("host.json is broken: its version must be \"2.0\".");
        }

        var values = new Dictionary<string, string?>
        {
            ["AzureWebJobsConfigurationSection"] = Section,
            // A killed host's timers are taken over after this; the SDK's own minute is long for a developer.
            [$"{Section}:singleton:listenerLockPeriod"] = "00:00:15",
            [$"{Section}:singleton:listenerLockRecoveryPollingInterval"] = "00:00:15",
        };
        Flatten(Section, json, values);
        return new HostJson(new ConfigurationBuilder().AddInMemoryCollection(values).AddEnvironmentVariables().Build());
    }

    /// <summary>The level that the real host holds a function's own records to: of the nearest of Function.NAME.User, Function.NAME, Function and default.</summary>
    public LogLevel UserLevel(string function)
    {
        string[] categories = [$"Function.{function}.User", $"Function.{function}", "Function", "default"];
        var text = categories.Select(c => Configuration[$"{Section}:logging:logLevel:{c}"]).FirstOrDefault(l => l is not null);
        return Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) ? level : LogLevel.Information;
    }

    private static void Flatten(string path, JsonNode? node, Dictionary<string, string?> values)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (name, value) in json)
                {
                    Flatten($"{path}:{name}", value, values);
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    Flatten($"{path}:{i.ToString(CultureInfo.InvariantCulture)}", list[i], values);
                }

                break;
            default:
                values[path] = node?.ToString();
                break;
        }
    }

    private static TimeSpan ReadTimeout(string? text) => text switch
    {
        null => DefaultTimeout,
        "-1" => Timeout.InfiniteTimeSpan,
        _ when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) && timeout > TimeSpan.Zero => timeout,
        _ => throw new StartException($"host.json is broken: functionTimeout {text} is no time span above zero."),
    };
}
