using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Azurite;

namespace Benchmarks;

/// <summary>An emulator in memory whose processes count their requests.</summary>
internal sealed class CountingEmulator : IAsyncDisposable
{
    /// <summary>Begins the user agent of the benchmark's own requests, which are not counted.</summary>
    public const string Observer = "benchmark";

    private readonly HttpClient _client = new();
    private readonly AzuriteEmulator _emulator;

    private CountingEmulator(AzuriteEmulator emulator) => _emulator = emulator;

    public string ConnectionString => _emulator.ConnectionString;

    public IReadOnlyList<AzuriteProcess> Services => _emulator.Services;

    public static async Task<CountingEmulator> StartAsync(CancellationToken cancellationToken)
    {
        var counter = Path.Combine(AppContext.BaseDirectory, "count-requests.js").Replace('\\', '/');
        Environment.SetEnvironmentVariable("NODE_OPTIONS", $"--require \"{counter}\"");
        try
        {
            var options = new AzuriteOptions { FirstPort = null };
            return new(await AzuriteEmulator.StartAsync(options, NullLogger.Instance, cancellationToken));
        }
        finally
        {
            Environment.SetEnvironmentVariable("NODE_OPTIONS", null);
        }
    }

    /// <summary>Requests since the start, by service, operation and the name of a queue, table or container.</summary>
    public async Task<Dictionary<StorageCall, long>> CountAsync(CancellationToken cancellationToken)
    {
        Dictionary<StorageCall, long> counts = [];
        foreach (var service in _emulator.Services)
        {
            var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{service.Port}/_counts"));
            foreach (var (key, count) in (await _client.GetFromJsonAsync<Dictionary<string, long>>(address, cancellationToken))!)
            {
                var parts = key.Split('|', 2);
                counts.Add(new(service.Service, parts[0], parts[1]), count);
            }
        }

        return counts;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }
}

internal sealed record StorageCall(AzuriteService Service, string Operation, string Name)
{
    public string Kind(string hubName) => $"{Service.ToString().ToLowerInvariant()} {Operation}{(IsOfApp(hubName) ? ", app" : "")}";

    /// <summary>Not of the engine and the host, which have the queues, the hub's tables and containers, and the host's containers.</summary>
    public bool IsOfApp(string hubName) => Service != AzuriteService.Queue
        && !Name.StartsWith(hubName, StringComparison.OrdinalIgnoreCase)
        && !Name.StartsWith("azure-webjobs-", StringComparison.Ordinal);
}
