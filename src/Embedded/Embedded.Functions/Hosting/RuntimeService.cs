using Embedded.Azurite;
using Embedded.Functions.Discovery;
using Embedded.Functions.Durable;
using Embedded.Functions.Keys;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Hosting;

/// <summary>
/// Starts storage, keys and hub before anything of the app, and stops the hub after it. An emulator that this host has started
/// stops last of all: stopping writes too.
/// </summary>
internal sealed class RuntimeService(
    HostFacts facts,
    HostStorage storage,
    FunctionCatalog catalog,
    DurableRuntime durable,
    KeyGuard keys,
    IServer server,
    HostBanner banner,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers) : IHostedLifecycleService, IAsyncDisposable
{
    private const int ExitCodeWithoutHub = 1;

    private readonly ILogger _logger = loggers.CreateLogger(LogCategory.Startup);
    private AzuriteProcess? _azurite;
    private ManagementLinks? _links;

    /// <summary>The storage is there for whatever an app does before its services start.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (HostSettings.IsDevelopmentStorage(facts.StorageConnection))
        {
            // One that outlives a killed host is found by the next, with all its rows.
            var options = new AzuriteOptions { Location = facts.AzuriteLocation, OutlivesOwner = true };
            _azurite = await AzuriteProcess.StartAsync(options, _logger, cancellationToken);
        }

        await storage.OpenAsync(cancellationToken);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        keys.Keys = await storage.Keys.LoadAsync(catalog, cancellationToken);
        _links = new ManagementLinks { RequiredQuery = keys.DurableQuery };
        ManagementLinks.Attach(durable.Client, _links);
        Log.WaitingForHub(_logger, facts.Host.HubName);
        await durable.Hub.StartAsync(cancellationToken);
        _ = durable.Hub.Lost.ContinueWith(_ => StopWithoutHub(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var address = Reachable(new Uri(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()));
        _links!.HostAddress = address;
        banner.Show(address);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Log.HostStopping(_logger);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => durable.Hub.StopAsync(cancellationToken);

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await StopAzuriteAsync();
        Log.HostStopped(_logger);
    }

    public async ValueTask DisposeAsync()
    {
        // A host that failed to start is disposed of without having been stopped.
        await durable.Hub.DisposeAsync();
        await StopAzuriteAsync();
    }

    /// <summary>Every address of the machine is no address to call.</summary>
    private static Uri Reachable(Uri address) =>
        address.Host is "0.0.0.0" or "[::]" ? new UriBuilder(address) { Host = "localhost" }.Uri : address;

    /// <summary>
    /// Another host has the hub: whoever runs this one may start it again, to wait its turn, and supervisors do so after a failure.
    /// </summary>
    private void StopWithoutHub()
    {
        Log.StoppingWithoutHub(_logger, facts.Host.HubName);
        Environment.ExitCode = ExitCodeWithoutHub;
        lifetime.StopApplication();
    }

    private async Task StopAzuriteAsync()
    {
        if (Interlocked.Exchange(ref _azurite, null) is { } azurite)
        {
            await azurite.DisposeAsync();
        }
    }
}
