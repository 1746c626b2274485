using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;
using Reprocessing.Domain.Jobs;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class FaultyDataTests(Hosts.Storage storage)
{
    [Fact]
    public async Task A_broken_order_is_counted_as_an_error_and_never_stops_a_run()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync(30);
        var broken = await app.Store.SeedFailedAsync("broken");
        await app.Store.BreakAsync(broken);

        var batch = await app.Client.RunAsync();

        Assert.Equal("Completed", batch.Status());
        var result = batch.At("output");
        Assert.Equal((31, 30, 1), (result.Number("foundCount"), result.Number("restartedCount"), result.Number("errorCount")));
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 30);
        await app.VerifyAsync(except: broken);
    }

    [Fact]
    public async Task A_chunk_that_storage_refuses_for_good_is_counted_as_errors_and_the_next_run_takes_its_orders()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(storage, clock);
        await app.Store.SeedFailedAsync(20);
        app.Tap.Fail(StorageRequests.IsRestart);

        var batch = await RunWhileTimePassesAsync(app, clock);
        var result = batch.At("output");
        Assert.Equal("Completed", batch.Status());
        Assert.Equal((20, 0, 20), (result.Number("foundCount"), result.Number("restartedCount"), result.Number("errorCount")));

        app.Tap.Clear();
        Assert.Equal(20, (await app.Client.RunAsync()).At("output").Number("restartedCount"));
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_query_that_keeps_failing_ends_the_run_failed_with_its_partial_result_kept()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(storage, clock, ("ReprocessingMaxRetries", "0"));
        await app.Store.SeedFailedAsync(1_001);
        app.Tap.Before(StorageRequests.IsDeadLettering, () => app.Tap.Fail(StorageRequests.IsDueQuery));

        var batch = await RunWhileTimePassesAsync(app, clock, maxOrders: 5_000);

        Assert.Equal("Failed", batch.Status());
        Assert.Contains("QueryFailedOrders", batch.Text("output"), StringComparison.Ordinal);
        var status = batch.At("customStatus");
        Assert.Equal("failed", status.Text("phase"));
        Assert.NotEmpty(status.Text("error")!);
        Assert.Equal(1_000, status.At("result").Number("dlqCount"));
        var run = Assert.Single(await app.Store.ReadRunsAsync());
        Assert.Equal(JobState.Failed, run.State);
        Assert.Equal(1_000, run.Result.DlqCount);
        Assert.Contains("QueryFailedOrders", run.Error, StringComparison.Ordinal);
        var answer = (await app.Client.GetAsync($"/api/reprocessing/runs/{run.RunId}")).Json;
        Assert.Equal("failed", answer.Text("state"));
        Assert.Equal(1_000, answer.Number("dlqCount"));

        app.Tap.Clear();
        Assert.Equal(1, (await app.Client.RunAsync(maxOrders: 5_000)).At("output").Number("dlqCount"));
        await app.VerifyAsync();
    }

    /// <summary>Lets the waits between attempts pass at once.</summary>
    private static async Task<System.Text.Json.JsonElement> RunWhileTimePassesAsync(InProcessApp app, ManualTimeProvider clock, int? maxOrders = null)
    {
        await app.Client.StartRunAsync(maxOrders);
        await Eventually.TrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            var batch = await app.Client.GetInstanceAsync(AppClient.Batch);
            return batch.Json.Status() is "Completed" or "Failed";
        });
        return (await app.Client.GetInstanceAsync(AppClient.Batch)).Json;
    }
}
