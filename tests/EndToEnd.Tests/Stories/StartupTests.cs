using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Reprocessing.Testing.InMemory;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class StartupTests(Hosts.Storage storage)
{
    /// <summary>The platform's worker takes work from its start on, and it is registered before all of the app's own services.</summary>
    [Fact]
    public async Task The_tables_are_there_before_the_first_service_starts()
    {
        var store = await OrdersOnStorage.OpenAsync(storage);
        var prefix = Hosts.Storage.NewName();
        var found = new List<string>();
        await using var hub = await InMemoryHub.StartAsync(TimeProvider.System);
        using var host = InProcessApp.Compose(store.Settings(("OrdersTablePrefix", prefix)), hub, builder => builder.Services.Insert(
            0, ServiceDescriptor.Singleton<IHostedService>(_ => new First(async () =>
            {
                await foreach (var table in store.Service.QueryAsync())
                {
                    found.Add(table.Name);
                }
            }))));

        await host.StartAsync();
        await host.StopAsync();

        Assert.Contains($"{prefix}Orders", found);
        Assert.Contains($"{prefix}Imports", found);
    }

    private sealed class First(Func<Task> starts) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => starts();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
