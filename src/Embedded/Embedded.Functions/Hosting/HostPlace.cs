using System.Net;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Hosting;

/// <summary>Where the host runs: which folder, which environment, which address.</summary>
internal static class HostPlace
{
    public const int DefaultPort = 7071;

    private const string Development = "Development";

    private static readonly string[] EnvironmentSettings = ["AZURE_FUNCTIONS_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT"];

    /// <summary>host.json marks the root, as for the platform's own tools: beside the caller first, beside the program second.</summary>
    public static string ContentRoot(string? explicitRoot)
    {
        var root = explicitRoot ?? Environment.GetEnvironmentVariable("AzureWebJobsScriptRoot");
        if (!string.IsNullOrEmpty(root))
        {
            return Path.GetFullPath(root);
        }

        var current = Directory.GetCurrentDirectory();
        return File.Exists(Path.Combine(current, "host.json")) ? current : AppContext.BaseDirectory;
    }

    /// <summary>
    /// The environment's name. Unless something says otherwise, a host that only this machine can reach is a developer's:
    /// the platform's tools decide the same way. A host that others can reach is not, so that its keys are on.
    /// </summary>
    public static string EnvironmentName(IConfiguration settings)
    {
        var named = EnvironmentSettings.Select(name => settings[name]).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return named ?? (IPAddress.IsLoopback(Address(settings)) ? Development : "Production");
    }

    /// <summary>FUNCTIONS_HTTP_ADDRESS or --address; loopback unless set.</summary>
    public static IPAddress Address(IConfiguration settings)
    {
        var text = settings["address"] ?? settings["FUNCTIONS_HTTP_ADDRESS"];
        return text switch
        {
            null or "" or "localhost" => IPAddress.Loopback,
            "*" or "+" => IPAddress.Any,
            _ => IPAddress.TryParse(text, out var address)
                ? address
                : throw new HostStartException([$"FUNCTIONS_HTTP_ADDRESS '{text}' is not an IP address."]),
        };
    }

    /// <summary>--port, FUNCTIONS_HTTP_PORT, Host.LocalHttpPort of local.settings.json, or 7071.</summary>
    public static int Port(IConfiguration settings)
    {
        var text = settings["port"] ?? settings["FUNCTIONS_HTTP_PORT"] ?? settings["Host:LocalHttpPort"];
        if (string.IsNullOrEmpty(text))
        {
            return DefaultPort;
        }

        return int.TryParse(text, out var port) && port is >= 0 and <= 65535
            ? port
            : throw new HostStartException([$"The HTTP port '{text}' is not a number from 0 to 65535."]);
    }
}
