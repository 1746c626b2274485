using System.Security.Cryptography;

namespace Reprocessing.LocalHost.Hosting;

/// <summary>Who this host is. Hosts with one id share timers and keys; those with one task hub share its work.</summary>
internal sealed class HostIdentity(string hostId, Uri root)
{
    /// <summary>The SDK's limit: longer ids would not fit into the names that are made from them.</summary>
    private const int LongestId = 32;

    private volatile bool _ready;

    public string HostId { get; } = hostId;

    /// <summary>Where callers reach this host.</summary>
    public Uri Root { get; } = root;

    public string InstanceId { get; } = Guid.NewGuid().ToString();

    public long StartedAt { get; } = Environment.TickCount64;

    public bool IsReady { get => _ready; set => _ready = value; }

    public static HostIdentity Create(HostJson hostJson, string folder, HostEndpoint endpoint)
    {
        var hostName = Environment.GetEnvironmentVariable("WEBSITE_HOSTNAME")!;
        return new HostIdentity(
            IdFor(hostJson.Configuration["AzureFunctionsWebHost:hostid"], Environment.MachineName, folder),
            hostName.EndsWith($":{endpoint.Port}", StringComparison.Ordinal) ? new Uri("http://" + hostName) : RootFor(hostName));
    }

    /// <param name="setting">AzureFunctionsWebHost__hostid; without it, the id is made from machine and folder.</param>
    /// <exception cref="StartException">The set id cannot be used.</exception>
    public static string IdFor(string? setting, string machine, string folder)
    {
        if (setting is { Length: > 0 })
        {
            return setting.Length <= LongestId && setting.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-')
                ? setting
                : throw new StartException($"AzureFunctionsWebHost__hostid {setting} is no host id: at most {LongestId} small letters, digits and dashes.");
        }

        var name = new string([.. machine.ToLowerInvariant().Where(c => c is >= 'a' and <= 'z' or >= '0' and <= '9').Take(15)]);
        return $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16]}";
    }

    /// <param name="hostName">WEBSITE_HOSTNAME; what is no name of this machine is a proxy's, which speaks https.</param>
    public static Uri RootFor(string hostName)
    {
        var plain = new Uri("http://" + hostName);
        return plain.IsLoopback ? plain : new Uri("https://" + hostName);
    }
}

internal static class HostVersion
{
    /// <summary>What the worker is told: the real host's version whose protocol this is.</summary>
    public const string Protocol = "4.1037.0.0";

    public static string Own { get; } = typeof(HostVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}

/// <summary>Prints what there is to call, as func start does.</summary>
internal sealed class FunctionList(FunctionApp app, HttpTriggers http, HostIdentity identity, Access access)
{
    public void Write(bool showKeys)
    {
        var lines = new List<string> { "", "Functions:", "" };
        foreach (var function in app.Functions.OrderBy(f => f.Kind).ThenBy(f => f.Name, StringComparer.OrdinalIgnoreCase))
        {
            lines.Add($"    {function.Name}: {Describe(function)}");
        }

        lines.Add("");
        if (showKeys)
        {
            lines.AddRange(access.Keys is { } keys
                ? ["Keys:", "", $"    host:   {keys.Default}", $"    system: {keys.System} ({HostKeys.DurableTask})", $"    master: {keys.Master}", ""]
                : ["No keys are asked for: the environment is Development.", ""]);
        }

        Console.Out.WriteLine(string.Join(Environment.NewLine, lines));
    }

    private string Describe(FunctionDefinition function) => function.Kind switch
    {
        TriggerKind.Http => $"[{(HttpTriggers.Methods(function) is { Count: > 0 } methods ? string.Join(',', methods) : "ALL")}] {identity.Root.GetLeftPart(UriPartial.Authority)}{http.Route(function)}",
        TriggerKind.Timer => $"{function.Trigger.Type} {function.Trigger.Text("schedule")}",
        _ => function.Trigger.Type,
    };
}
