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
    /// <summary>Those that are not taken at each tick.</summary>
    private const int StoredSteps = 15;

    [Fact]
    public async Task An_app_at_rest_asks_little_of_storage_for_any_purpose()
    {
        await using var emulator = await CountingEmulator.StartAsync(CancellationToken.None);
        var store = await OrdersOnStorage.OpenAsync(emulator.ConnectionString);
        var settings = store.Settings(("MaintenanceSchedule", new MaintenanceOptions().Schedule), ("MaintenanceInterval", "00:05:00"));
        // As host.json has it, not as the stories do.
        settings.Remove("AzureFunctionsJobHost:extensions:durableTask:storageProvider:maxQueuePollingInterval");
        await using var app = new AppProcess(settings);
        await app.StartAsync();

        // The first tick takes every step, those of each day too.
        var begun = await CountAsync(emulator, store.HubName);
        (await app.Client.PostAsync($"/admin/functions/{nameof(MaintenanceTimer)}", new { })).Expect(HttpStatusCode.Accepted);
        var state = new MaintenanceState(Uncounted(store));
        await Eventually.TrueAsync(async () => (await state.ReadAsync(CancellationToken.None)).Count == StoredSteps);
        var round = await CountAsync(emulator, store.HubName);

        // One tick of a minute falls into it.
        await Task.Delay(TimeSpan.FromMinutes(1));
        var minute = await CountAsync(emulator, store.HubName);

        output.WriteLine($"First tick: {Text(begun, round)}. A minute after: {Text(round, minute)}.");
        Assert.InRange(round["app"] - begun["app"], 50, 400);
        Assert.InRange(minute["app"] - round["app"], 3, 15);
        Assert.InRange(minute["hub queues"] - round["hub queues"], 10, 60);
        Assert.InRange(minute["hub and host"] - round["hub and host"], 0, 120);
    }

    /// <summary>The tables, asked as the test and not as the app.</summary>
    private static StorageTables Uncounted(OrdersOnStorage store) => new(
        new TableServiceClient(store.ConnectionString, new TableClientOptions { Diagnostics = { ApplicationId = CountingEmulator.Observer } }),
        new StorageOptions { TablePrefix = store.Name });

    private static async Task<Dictionary<string, long>> CountAsync(CountingEmulator emulator, string hub) => (await emulator.CountAsync(CancellationToken.None))
        .GroupBy(call => call.Key.Service == AzuriteService.Queue ? "hub queues" : call.Key.IsOfApp(hub) ? "app" : "hub and host", call => call.Value)
        .ToDictionary(purpose => purpose.Key, purpose => purpose.Sum());

    private static string Text(Dictionary<string, long> before, Dictionary<string, long> after) =>
        string.Join(", ", after.Select(purpose => $"{purpose.Key} {purpose.Value - before.GetValueOrDefault(purpose.Key)}"));
}
