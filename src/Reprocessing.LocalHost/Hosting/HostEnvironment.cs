using System.Net.Sockets;

namespace Reprocessing.LocalHost.Hosting;

/// <summary>Where the host listens, and whether it is a developer's.</summary>
internal sealed record HostEndpoint(IPAddress Address, int Port, string Name, bool IsDevelopment);

/// <summary>Prepares the process's environment, which is the worker's as well.</summary>
internal static class HostEnvironment
{
    private const int DefaultPort = 7071;

    /// <exception cref="StartException">The environment says something that cannot be done.</exception>
    public static HostEndpoint Prepare(LaunchOptions options, AppSettings settings)
    {
        if (Default("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated") is var runtime and not "dotnet-isolated")
        {
            throw new StartException($"FUNCTIONS_WORKER_RUNTIME is {runtime}; this host runs apps of dotnet-isolated only.");
        }

        var address = options.ListenAddress;
        var environment = Default("AZURE_FUNCTIONS_ENVIRONMENT", IPAddress.IsLoopback(address) ? "Development" : "Production");
        var port = options.Port ?? Port(Environment.GetEnvironmentVariable("FUNCTIONS_HTTP_PORT")) ?? settings.Port ?? DefaultPort;
        CheckFree(address, port);
        Default("WEBSITE_HOSTNAME", $"{HostName(address)}:{port.ToString(CultureInfo.InvariantCulture)}");
        return new HostEndpoint(address, port, environment, environment.Equals("Development", StringComparison.OrdinalIgnoreCase));
    }

    private static string HostName(IPAddress address)
        => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || IPAddress.IsLoopback(address) ? "localhost"
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    private static string Default(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } set)
        {
            return set;
        }

        Environment.SetEnvironmentVariable(name, value);
        return value;
    }

    private static int? Port(string? text) => text switch
    {
        null or "" => null,
        _ when ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) => port,
        _ => throw new StartException($"FUNCTIONS_HTTP_PORT {text} is no port."),
    };

    /// <summary>Before anything else is started. Whoever takes the port later makes the server's own start fail.</summary>
    private static void CheckFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new StartException($"Port {port} of {address} cannot be listened at: {e.Message}", e);
        }
    }
}

/// <summary>The command line.</summary>
internal sealed record LaunchOptions
{
    public string Folder { get; init; } = ".";
    public int? Port { get; init; }
    public string Address { get; init; } = "127.0.0.1";
    public string? SettingsFile { get; init; }

    /// <summary>Where an Azurite that is started here keeps its data; null keeps them in memory.</summary>
    public string? AzuriteLocation { get; init; }

    public bool UntilInputEnds { get; init; }

    public bool ShowKeys { get; init; }

    /// <exception cref="StartException">It is no address.</exception>
    public IPAddress ListenAddress => Address switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.Any,
        _ when IPAddress.TryParse(Address, out var address) => address,
        _ => throw new StartException($"{Address} is no IP address to listen at."),
    };
}
