using Azure.Core;
using Azure.Data.Tables;
using Embedded.Functions.Hosting;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReprocessingFunctions;

namespace EndToEnd.Tests.Hosts;

/// <summary>The app as it is composed for production, in the test process: its clock can be moved and its storage requests tapped.</summary>
internal sealed class InProcessApp : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _stopped;

    private InProcessApp(IHost host, OrdersOnStorage store, StorageTap tap, CapturedLog log)
    {
        _host = host;
        Store = store;
        Tap = tap;
        Log = log;
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new AppClient(new Uri(address), log.Complaints);
    }

    public AppClient Client { get; }

    public OrdersOnStorage Store { get; }

    public StorageTap Tap { get; }

    public CapturedLog Log { get; }

    public static Task<InProcessApp> StartAsync(Storage storage, params (string Name, string Value)[] settings) =>
        StartAsync(storage, TimeProvider.System, settings);

    public static async Task<InProcessApp> StartAsync(Storage storage, TimeProvider clock, params (string Name, string Value)[] settings) =>
        await StartAsync(await OrdersOnStorage.OpenAsync(storage, clock), clock, settings);

    /// <summary>On what another app has left.</summary>
    public static async Task<InProcessApp> StartAsync(OrdersOnStorage store, TimeProvider clock, params (string Name, string Value)[] settings)
    {
        var tap = new StorageTap();
        var log = new CapturedLog();
        var host = Compose(store.Settings(settings), Tapped(tap), builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Services.Replace(ServiceDescriptor.Singleton(clock));
            builder.Services.Replace(ServiceDescriptor.Singleton(new TableServiceClient(store.ConnectionString, Tapped(tap))));
        });
        await host.StartAsync();
        return new InProcessApp(host, store, tap, log);
    }

    /// <summary>The app, put together and not started.</summary>
    public static IHost Compose(
        IReadOnlyDictionary<string, string?> settings, TableClientOptions? storageOptions = null, Action<IHostApplicationBuilder>? change = null)
    {
        var builder = EmbeddedHost.CreateBuilder(new EmbeddedHostOptions
        {
            FunctionsAssembly = typeof(AppComposition).Assembly,
            ContentRoot = AppFiles.Folder,
            Settings = new Dictionary<string, string?>(settings) { ["FUNCTIONS_HTTP_PORT"] = "0" },
            StorageOptions = storageOptions ?? new(),
        });
        builder.AddReprocessing();
        builder.Logging.ClearProviders();
        change?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>Stops the app and checks what it has left: see <see cref="InvariantCheck"/>.</summary>
    /// <param name="except">Orders whose rows the story has broken on purpose.</param>
    public async Task VerifyAsync(params string[] except)
    {
        await StopAsync();
        await new InvariantCheck(Store, AppCode.HistoriesOf(_host.Services)).RunAsync(except, Log.Complaints);
    }

    public async ValueTask DisposeAsync()
    {
        Tap.Clear();
        Client.Dispose();
        await StopAsync();
        _host.Dispose();
    }

    private async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await _host.StopAsync();
        }
    }

    private static TableClientOptions Tapped(StorageTap tap)
    {
        var options = new TableClientOptions();
        options.AddPolicy(tap, HttpPipelinePosition.PerCall);
        return options;
    }
}
