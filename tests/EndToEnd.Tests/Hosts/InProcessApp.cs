using Azure.Core;
using Azure.Data.Tables;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reprocessing.Testing.InMemory;
using Reprocessing.Testing.Replay;
using Reprocessing.Functions;
using Reprocessing.Functions.Http;

namespace EndToEnd.Tests.Hosts;

/// <summary>
/// The app as it is composed for production, in the test process, on the official engine in memory: its clock can be moved and its storage
/// requests tapped. Its timers tick by that clock.
/// </summary>
internal sealed class InProcessApp : IAsyncDisposable
{
    private static readonly AppFunctions Functions = new(typeof(AppComposition).Assembly);

    private readonly IHost _host;
    private readonly HttpFront _front;
    private readonly TimerFunctions _timers;
    private readonly TimeProvider _clock;
    private InMemoryHub? _hub;
    private bool _stopped;

    private InProcessApp(IHost host, HttpFront front, InMemoryHub hub, TimeProvider clock, OrdersOnStorage store, StorageTap tap, CapturedLog log)
    {
        _host = host;
        _front = front;
        _timers = TimerFunctions.Start(host.Services);
        _hub = hub;
        _clock = clock;
        Store = store;
        Tap = tap;
        Log = log;
        Client = new AppClient(front.Address, log.Complaints);
    }

    public AppClient Client { get; }

    public OrdersOnStorage Store { get; }

    public StorageTap Tap { get; }

    public CapturedLog Log { get; }

    public static Task<InProcessApp> StartAsync(Storage storage, params (string Name, string Value)[] settings) =>
        StartAsync(storage, TimeProvider.System, settings);

    public static async Task<InProcessApp> StartAsync(Storage storage, TimeProvider clock, params (string Name, string Value)[] settings) =>
        await StartAsync(await OrdersOnStorage.OpenAsync(storage, clock), clock, settings);

    /// <summary>On what another app has left in the tables; its hub has gone with it.</summary>
    public static async Task<InProcessApp> StartAsync(OrdersOnStorage store, TimeProvider clock, params (string Name, string Value)[] settings) =>
        await StartAsync(await InMemoryHub.StartAsync(clock), store, clock, settings);

    /// <summary>The app, put together and not started.</summary>
    /// <param name="hub">Without one it can only be looked at, and replay what was recorded.</param>
    public static IHost Compose(IReadOnlyDictionary<string, string?> settings, InMemoryHub? hub = null, Action<IHostApplicationBuilder>? change = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddWorkerDefaults();
        builder.AddReprocessing();
        builder.Services.AddDurableFunctions(Functions, AppFiles.DefaultVersion);
        if (hub is not null)
        {
            builder.Services.AddHub(hub, Functions);
        }

        builder.Logging.ClearProviders();
        change?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>Stops this app, and starts the next one on its tables and its hub: what was under way goes on there.</summary>
    public Task<InProcessApp> RestartAsync(params (string Name, string Value)[] settings) => RestartAsync(_clock, settings);

    /// <param name="clock">The next app's; the hub keeps its own.</param>
    public async Task<InProcessApp> RestartAsync(TimeProvider clock, params (string Name, string Value)[] settings)
    {
        await StopAsync();
        var hub = _hub ?? throw new InvalidOperationException("Another app has its hub already.");
        _hub = null;
        return await StartAsync(hub, Store, clock, settings);
    }

    /// <summary>Lets a timer function tick beside its schedule.</summary>
    public Task TickAsync(string timer, bool isPastDue = false) => _timers.TickAsync(timer, isPastDue);

    /// <summary>How often a workflow was started, the first time among them.</summary>
    public int StartsOf(string instanceId) => _hub!.StartsOf(instanceId);

    /// <summary>Stops the app and checks what it has left: see <see cref="InvariantCheck"/>. The hub is asked first, as nobody can when the app is gone.</summary>
    /// <param name="except">Orders whose rows the story has broken on purpose.</param>
    public async Task VerifyAsync(params string[] except)
    {
        if (_stopped)
        {
            throw new InvalidOperationException("An app that was stopped cannot be asked for its histories.");
        }

        var recorded = await RecordedInstance.ReadAllAsync(_host.Services.GetRequiredService<DurableTaskClient>());
        await StopAsync();
        await new InvariantCheck(Store, new HistoryReplay(Functions, _host.Services)).RunAsync(recorded, StartsOf, except, Log.Complaints);
    }

    /// <summary>Lets the histories of an app that was stopped go.</summary>
    public async Task EndHubAsync()
    {
        if (_hub is { } hub)
        {
            _hub = null;
            await hub.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Tap.Clear();
        Client.Dispose();
        await StopAsync();
        _host.Dispose();
        await EndHubAsync();
    }

    private static async Task<InProcessApp> StartAsync(
        InMemoryHub hub, OrdersOnStorage store, TimeProvider clock, params (string Name, string Value)[] settings)
    {
        var tap = new StorageTap();
        var log = new CapturedLog();
        var host = Compose(store.Settings(settings), hub, builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Services.Replace(ServiceDescriptor.Singleton(clock));
            builder.Services.Replace(ServiceDescriptor.Singleton(new TableServiceClient(store.ConnectionString, Tapped(tap))));
        });
        await host.StartAsync();
        var front = await HttpFront.StartAsync(host.Services, host.Services.GetRequiredService<ProblemMiddleware>().RespondAsync, ProblemMiddleware.Check, routePrefix: "");
        return new InProcessApp(host, front, hub, clock, store, tap, log);
    }

    private static TableClientOptions Tapped(StorageTap tap)
    {
        var options = new TableClientOptions();
        options.AddPolicy(tap, HttpPipelinePosition.PerCall);
        return options;
    }

    private async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            _timers.Dispose();
            await _front.DisposeAsync();
            await _host.StopAsync();
        }
    }
}
