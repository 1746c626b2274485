using System.Net;

namespace Reprocessing.LocalHost.Hosting;

/// <summary>The command line.</summary>
internal sealed record LaunchOptions
{
    public string Folder { get; init; } = ".";
    public int? Port { get; init; }
    public string Address { get; init; } = "127.0.0.1";
    public string? SettingsFile { get; init; }

    /// <summary>Where an Azurite that is started here keeps its data; null keeps them in memory.</summary>
    public string? AzuriteLocation { get; init; }

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
