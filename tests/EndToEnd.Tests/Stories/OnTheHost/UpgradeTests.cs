using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Imports;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Reprocessing.Domain.Jobs;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>
/// A deployment while everything is under way: the next version has another version of its orchestrations and other settings. Histories of older
/// code are replayed by <see cref="Golden.GoldenTests"/>.
/// </summary>
public sealed class UpgradeTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private const string Points = "loyalty-anna";
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task The_next_version_completes_the_run_the_paused_job_the_waiting_workflow_and_the_import_of_the_one_before()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedDeadLettersAsync(20);
        await store.SeedFailedAsync(60);
        var file = OrderFile.Of(1_000, "imported");
        await using var before = Version(
            store, "1.0", ("ReprocessingParallelism", "1"), ("ReprocessingChunkSize", "5"), ("ImportPageRecords", "40"), ("ImportParallelism", "1"));
        await before.StartAsync();
        var loyalty = new LoyaltyPoints(before.Client, 1);
        await loyalty.SendAsync("anna", "earned", "purchase-1", 100);
        var jobId = await before.Client.RetryAsync(JobRequests.All, new { pace = new { parallelism = 1, itemsPerSecond = 5 } });
        await before.Client.WaitForJobAsync(jobId, job => job.Processed() >= 5);
        (await before.Client.PauseAsync(jobId)).Expect(HttpStatusCode.Accepted);
        var paused = await before.Client.WaitForRestAsync(jobId);
        var importId = (await before.Client.UploadAsync(file.Text)).Expect(HttpStatusCode.Accepted).Json.Text("importId")!;
        (await before.Client.StartRunAsync(maxOrders: 60)).Expect(HttpStatusCode.Accepted);
        await store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("picking_failed") < 50 && statuses.GetValueOrDefault("pending") > 40, LongRun);
        Assert.Equal(0, await before.StopAsync());
        var left = await store.CountStatusesAsync();

        await using var next = Version(
            store, "1.1", ("ReprocessingParallelism", "8"), ("ReprocessingChunkSize", "50"), ("ImportPageRecords", "500"));
        await next.StartAsync();
        var batch = await next.Client.WaitForBatchAsync(LongRun);
        var import = await next.Client.WaitForImportAsync(importId, LongRun);
        (await next.Client.ResumeAsync(jobId)).Expect(HttpStatusCode.Accepted);
        var job = await next.Client.WaitForJobAsync(jobId, LongRun);
        loyalty = new LoyaltyPoints(next.Client, 1);
        await loyalty.SendAsync("anna", "earned", "purchase-2", 50);

        Assert.True(left.GetValueOrDefault("picking_failed") > 0, "The run was over before the version was changed.");
        Assert.InRange(paused.Processed(), 5, 19);
        Assert.Equal("1.0", batch.TextOrNull("version"));
        Assert.Equal((60, 60), (batch.At("output").Number("foundCount"), batch.At("output").Number("restartedCount")));
        Assert.Equal((1_000, 990, 0, 10), import.Counts());
        Assert.Equal(("succeeded", 20), (job.Text("state"), job.At("counts").Number("started")));
        await Eventually.TrueAsync(async () => await loyalty.PointsOfAsync("anna") == 150, LongRun, () => next.Log);
        Assert.Equal("1.0", await VersionOfAsync(next, Points));

        (await next.Client.PostAsync("/api/orders", SampleOrders.Small("new-1"))).Expect(HttpStatusCode.Created);
        await next.Client.WaitForOrderAsync("new-1", "completed");
        Assert.Equal("1.1", await VersionOfAsync(next, "order-fulfillment-new-1"));
        await store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 81, LongRun);
        await next.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    [Fact]
    public async Task The_next_version_completes_the_running_job_with_all_that_the_one_before_had_in_hand()
    {
        const int Letters = 60;
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedDeadLettersAsync(Letters);
        await using var before = Version(store, "1.0", ("JobChunkSize", "4"), ("WarehouseSimulatedLatency", "00:00:00.5"));
        await before.StartAsync();
        var jobId = await before.Client.RetryAsync(JobRequests.All, new { waitForOutcome = true, pace = new { parallelism = 4, itemsPerSecond = 5 } });
        await before.Client.WaitForJobAsync(jobId, job => job.Processed() >= 5 && job.At("progress").Number("underWay") > 0);
        Assert.Equal(0, await before.StopAsync());
        var inHand = await store.Jobs.GetAsync(jobId, CancellationToken.None);
        var left = (await store.CountStatusesAsync()).GetValueOrDefault("dead_letter");

        await using var next = Version(store, "1.1", ("JobChunkSize", "50"), ("JobParallelism", "9"), ("JobProcessTimeout", "00:05:00"));
        await next.StartAsync();
        var job = await next.Client.WaitForJobAsync(jobId, LongRun);

        Assert.Equal((JobState.Running, DesiredState.Run), (inHand!.State, inHand.Control.Demand));
        Assert.InRange(left, 1, Letters - 5);
        Assert.Equal("1.0", await VersionOfAsync(next, jobId));
        Assert.All(await next.Client.ReadItemsAsync(jobId), item => Assert.True(item.Text("outcome") == "succeeded", item.ToString()));
        Assert.Equal(("succeeded", Letters), (job.Text("state"), job.At("counts").Number("succeeded")));
        Assert.All(await next.Client.ReadItemsAsync(jobId), item => Assert.Equal(1, item.Number("attempts")));
        await store.WaitUntilAllAsync("completed", LongRun);
        await next.StopAsync();
        await InvariantCheck.RunAsync(store);
        Assert.All(await store.ReadAllOrdersAsync(), order => Assert.Single(order.Attempts, attempt => attempt.RunId == jobId));
    }

    [Fact]
    public async Task After_a_rollback_the_old_version_goes_on_with_its_own_and_leaves_what_the_new_one_has_begun_until_that_is_back()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var old = Version(store, "1.0");
        await using var next = Version(store, "1.1");
        await old.StartAsync();
        await new LoyaltyPoints(old.Client, 1).SendAsync("anna", "earned", "purchase-1", 100);
        await old.StopAsync();
        await next.StartAsync();
        await new LoyaltyPoints(next.Client, 1).SendAsync("bert", "earned", "purchase-1", 10);
        await Eventually.TrueAsync(async () => await new LoyaltyPoints(next.Client, 1).PointsOfAsync("bert") == 10, LongRun, () => next.Log);
        await next.StopAsync();

        await old.StartAsync();
        var loyalty = new LoyaltyPoints(old.Client, 1);
        await loyalty.SendAsync("bert", "earned", "purchase-2", 5);
        await loyalty.SendAsync("anna", "earned", "purchase-2", 50);
        await Eventually.TrueAsync(async () => await loyalty.PointsOfAsync("anna") == 150, LongRun, () => old.Log);
        (await old.Client.PostAsync("/api/orders", SampleOrders.Small("after-rollback"))).Expect(HttpStatusCode.Created);
        await old.Client.WaitForOrderAsync("after-rollback", "completed");
        Assert.Equal(10, await loyalty.PointsOfAsync("bert"));
        Assert.Equal("Running", (await InstanceAsync(old, "loyalty-bert")).Status());
        await old.StopAsync();

        await next.StartAsync();
        await Eventually.TrueAsync(async () => await new LoyaltyPoints(next.Client, 1).PointsOfAsync("bert") == 15, LongRun, () => next.Log);
        await next.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    private static AppProcess Version(OrdersOnStorage store, string version, params (string, string)[] settings) =>
        new(store.Settings([("AzureFunctionsJobHost:extensions:durableTask:defaultVersion", version), .. settings]));

    private static async Task<string?> VersionOfAsync(AppProcess app, string instanceId) => (await InstanceAsync(app, instanceId)).TextOrNull("version");

    private static async Task<JsonElement> InstanceAsync(AppProcess app, string instanceId) =>
        (await app.Client.GetInstanceAsync(instanceId)).Json;
}
