using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Reprocessing.Storage;

namespace ReprocessingFunctions.Tables;

/// <summary>
/// Makes the tables before the app takes work: before any service starts, as the worker connects to its host in the start of a service
/// that was registered before all of the app's. Without them nothing would succeed, so a failure stops the start.
/// </summary>
/// <remarks>The tables are asked for late: settings are checked after this was made, and all of their faults are to be told at once.</remarks>
internal sealed class TablesStartup(IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) =>
        services.GetRequiredService<StorageTables>().CreateAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
