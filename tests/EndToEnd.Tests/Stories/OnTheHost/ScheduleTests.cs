using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>The timer trigger is the host's: its ticks, its memory of them, and what the app makes of each.</summary>
public sealed class ScheduleTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private const int Seconds = 5;
    private const string EveryFewSeconds = "*/5 * * * * *";

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task The_schedule_starts_a_run_on_time_and_the_next_one_at_a_later_tick()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedFailedAsync(4);
        await using var app = new AppProcess(store.Settings(("ReprocessingSchedule", EveryFewSeconds)));
        await app.StartAsync();

        await Eventually.TrueAsync(async () => await RestartedAsync(store) == 4, Long, () => app.Log);
        await store.SeedFailedAsync(2, prefix: "later");
        await Eventually.TrueAsync(async () => await RestartedAsync(store) == 6, Long, () => app.Log);

        var runs = (await store.ReadRunsAsync()).ToList();
        Assert.All(runs, run => Assert.Equal("timer", run.Trigger));
        Assert.Equal([2, 4], runs.Select(run => run.Result.RestartedCount).Where(count => count > 0));
        Assert.Distinct(runs.Select(run => run.StartedAt.Ticks / TimeSpan.FromSeconds(Seconds).Ticks));
        await store.WaitUntilAllAsync("completed", Long);
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    [Fact]
    public async Task A_tick_while_a_run_is_active_is_skipped_and_counted()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedFailedAsync(200);
        await using var app = new AppProcess(store.Settings(
            ("ReprocessingSchedule", "*/2 * * * * *"), ("ReprocessingBatchSize", "200"), ("ReprocessingParallelism", "1"), ("ReprocessingChunkSize", "5")));
        await app.StartAsync();

        await Eventually.TrueAsync(async () => await SkippedTicksAsync(app.Client, "already_running") > 0, Long, () => app.Log);
        (await app.Client.PostAsync($"/runtime/webhooks/durabletask/instances/{AppClient.Batch}/suspend")).Expect(HttpStatusCode.Accepted);
        await Eventually.TrueAsync(async () => await SkippedTicksAsync(app.Client, "paused") > 0, Long, () => app.Log);
        (await app.Client.PostAsync($"/runtime/webhooks/durabletask/instances/{AppClient.Batch}/resume")).Expect(HttpStatusCode.Accepted);
        await store.WaitUntilAllAsync("completed", Long);
        await Eventually.TrueAsync(async () => (await store.ReadRunsAsync()).Any(run => run is { IsCompleted: true, Result.FoundCount: 200 }), Long, () => app.Log);

        Assert.Single(await store.ReadRunsAsync(), run => run.Result.FoundCount > 0);
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    [Fact]
    public async Task A_disabled_schedule_starts_nothing_and_counts_its_ticks_but_a_start_by_hand_still_runs()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedFailedAsync(1);
        await using var app = new AppProcess(store.Settings(("ReprocessingSchedule", "*/2 * * * * *"), ("ReprocessingEnabled", "false")));
        await app.StartAsync();

        await Eventually.TrueAsync(async () => await SkippedTicksAsync(app.Client, "disabled") > 1, Long, () => app.Log);
        Assert.Empty(await store.ReadRunsAsync());

        Assert.Equal(1, (await app.Client.RunAsync()).At("output").Number("restartedCount"));
        await store.WaitUntilAllAsync("completed");
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    [Fact]
    public async Task Ticks_that_were_missed_while_no_host_ran_are_made_up_for_by_one_run_at_the_start()
    {
        // Daily, and next in twelve hours: only what was missed is run.
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        var next = store.Now.AddHours(12);
        next = new(next.Year, next.Month, next.Day, next.Hour, next.Minute, 0, TimeSpan.Zero);
        (string, string)[] settings = [("ReprocessingSchedule", $"0 {next.Minute} {next.Hour} * * *")];
        await using var app = new AppProcess(store.Settings(settings));
        await app.StartAsync();
        await Eventually.TrueAsync(async () => await StatusAsync() is not null, Long, () => app.Log);
        await app.StopAsync();
        await store.SeedFailedAsync(3);
        var status = (await StatusAsync())!;
        var (content, blob) = status.Value;
        content["Last"] = next.AddDays(-2).UtcDateTime.ToString("O");
        content["Next"] = next.AddDays(-1).UtcDateTime.ToString("O");
        await blob.UploadAsync(BinaryData.FromString(content.ToJsonString()), overwrite: true);

        await app.StartAsync();
        await store.WaitUntilAllAsync("completed", Long);
        await app.StopAsync();

        Assert.Contains("past due", app.Log, StringComparison.Ordinal);
        await app.StartAsync();
        await Eventually.TrueAsync(async () => await StatusAsync() is { } now && DateTimeOffset.Parse((string)now.Content["Next"]!) > store.Now, Long, () => app.Log);
        await app.StopAsync();
        var run = Assert.Single(await store.ReadRunsAsync());
        Assert.Equal(("timer", 3), (run.Trigger, run.Result.RestartedCount));
        await InvariantCheck.RunAsync(store);

        async Task<(JsonObject Content, BlobClient Blob)?> StatusAsync()
        {
            var container = new BlobContainerClient(storage.ConnectionString, "azure-webjobs-hosts");
            if (!await container.ExistsAsync())
            {
                return null;
            }

            await foreach (var item in container.GetBlobsAsync())
            {
                if (item.Name.StartsWith($"timers/{store.HubName.ToLowerInvariant()}/", StringComparison.Ordinal) && item.Name.Contains("ReprocessingTimer", StringComparison.Ordinal))
                {
                    var blob = container.GetBlobClient(item.Name);
                    return (JsonNode.Parse((await blob.DownloadContentAsync()).Value.Content.ToString())!.AsObject(), blob);
                }
            }

            return null;
        }
    }

    private static async Task<int> RestartedAsync(OrdersOnStorage store) => (await store.ReadRunsAsync()).Sum(run => run.Result.RestartedCount);

    private static async Task<int> SkippedTicksAsync(AppClient client, string reason)
    {
        var summary = (await client.GetAsync("/api/reprocessing/summary?days=1")).Expect(HttpStatusCode.OK).Json;
        var days = summary.At("days").EnumerateArray().ToList();
        return days is [var day] && day.At("skippedTicks").TryGetProperty(reason, out var count) ? count.GetInt32() : 0;
    }
}
