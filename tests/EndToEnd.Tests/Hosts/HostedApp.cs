using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Hosts;

/// <summary>One app on the host for all stories of a class: they keep apart by the ids of what they do.</summary>
public sealed class HostedApp : IAsyncLifetime, IAsyncDisposable
{
    private readonly HostStorage _storage = new();
    private AppProcess? _app;

    /// <summary>Of orders that never get through a stage.</summary>
    public const string FailingPrefix = "failing";

    internal OrdersOnStorage Store { get; private set; } = null!;

    internal AppClient Client => Process.Client;

    internal AppProcess Process => _app ?? throw new InvalidOperationException("The app was not started.");

    public async Task InitializeAsync()
    {
        await _storage.InitializeAsync();
        Store = await OrdersOnStorage.OpenAsync(_storage.ConnectionString);
        _app = new AppProcess(Store.Settings(("WarehouseSimulatedFailures", $"{FailingPrefix}:ship"), ("WEBSITE_AUTH_ENABLED", "true")));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}
