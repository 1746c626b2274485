using System.Net;
using Azure.Data.Tables;
using Benchmarks;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Reprocessing.Azurite;
using Reprocessing.Storage;
using Reprocessing.Storage.Maintenance;
using Reprocessing.Functions.Maintenance;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>What an app that has nothing to do asks of storage: it is paid for by the request.</summary>
public sealed class IdleTests(ITestOutputHelper output)
{
    private const string App = "app";
    private const string Queues = "queues of the hub";
    private const string HubTables = "tables of the hub";

    /// <summary>Of the host's timers and of the hub: blobs.</summary>
    private const string Leases = "leases";

    /// <summary>Those that are not taken at each tick.</summary>
    private const int StoredSteps = 15;

    /// <summary>Those of each interval.</summary>
    private static readonly string[] Regular = ["outcomes", "dead-letter-statistics", "workflows", "notifications", "transfers"];

    [Fact]
    public async Task An_app_at_rest_asks_little_of_storage_for_any_purpose()
    {
        await using var emulator = await CountingEmulator.StartAsync(CancellationToken.None);
        var store = await OrdersOnStorage.OpenAsync(emulator.ConnectionString);
        var settings = store.Settings(("MaintenanceInterval", "00:05:00"));
        // As host.json has it, not as the stories do.
        settings.Remove("AzureFunctionsJobHost:extensions:durableTask:storageProvider:maxQueuePollingInterval");
        await using var app = new AppProcess(settings);
        await app.StartAsync();

        // The first tick takes every step, those of each day too. None comes by itself: two at once would be counted as one.
        var begun = await CountAsync(emulator, store.HubName);
        await TickAsync(app);
        await WaitForStepsAsync(store);
        var first = await CountAsync(emulator, store.HubName);

        await TickAsync(app);
        await Task.Delay(TimeSpan.FromMinutes(1));
        var minute = await CountAsync(emulator, store.HubName);

        // As after the interval.
        foreach (var step in Regular)
        {
            await new MaintenanceState(Uncounted(store)).RemoveAsync(step, CancellationToken.None);
        }

        await TickAsync(app);
        await WaitForStepsAsync(store);
        var round = await CountAsync(emulator, store.HubName);

        output.WriteLine($"First tick: {Text(begun, first)}. A minute after: {Text(first, minute)}. A round: {Text(minute, round)}.");
        Assert.InRange(first[App] - begun[App], 130, 200);
        Assert.Equal(3, minute[App] - first[App]);
        Assert.InRange(minute[Queues] - first[Queues], 25, 45);
        Assert.InRange(minute[Leases] - first[Leases], 8, 26);
        Assert.InRange(minute[HubTables] - first[HubTables], 24, 36);
        Assert.InRange(round[App] - minute[App], 90, 130);
    }

    private static async Task TickAsync(AppProcess app) =>
        (await app.Client.PostAsync($"/admin/functions/{nameof(MaintenanceTimer)}", new { })).Expect(HttpStatusCode.Accepted);

    private static async Task WaitForStepsAsync(OrdersOnStorage store)
    {
        var state = new MaintenanceState(Uncounted(store));
        await Eventually.TrueAsync(async () => (await state.ReadAsync(CancellationToken.None)).Count == StoredSteps);
    }

    /// <summary>The tables, asked as the test and not as the app.</summary>
    private static StorageTables Uncounted(OrdersOnStorage store) => new(
        new TableServiceClient(store.ConnectionString, new TableClientOptions { Diagnostics = { ApplicationId = CountingEmulator.Observer } }),
        new StorageOptions { TablePrefix = store.Name });

    private static async Task<Dictionary<string, long>> CountAsync(CountingEmulator emulator, string hub) => (await emulator.CountAsync(CancellationToken.None))
        .GroupBy(call => PurposeOf(call.Key, hub), call => call.Value)
        .ToDictionary(purpose => purpose.Key, purpose => purpose.Sum());

    private static string PurposeOf(StorageCall call, string hub) =>
        call.Service == AzuriteService.Queue ? Queues : call.IsOfApp(hub) ? App : call.Service == AzuriteService.Blob ? Leases : HubTables;

    private static string Text(Dictionary<string, long> before, Dictionary<string, long> after) =>
        string.Join(", ", after.Select(purpose => $"{purpose.Key} {purpose.Value - before.GetValueOrDefault(purpose.Key)}"));
}
