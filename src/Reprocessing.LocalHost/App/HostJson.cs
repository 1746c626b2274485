using System.Globalization;
using System.Text.Json.Nodes;

namespace Reprocessing.LocalHost.App;

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
