using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Reprocessing.Storage;

namespace ReprocessingFunctions.Tables;

/// <summary>
/// Makes the tables before the app takes work. Without them nothing would succeed, so a failure stops the start.
/// </summary>
/// <remarks>The tables are asked for late: settings are checked after this was made, and all of their faults are to be told at once.</remarks>
internal sealed class TablesStartup(IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        services.GetRequiredService<StorageTables>().CreateAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
