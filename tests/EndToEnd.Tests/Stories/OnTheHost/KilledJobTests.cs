using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories.OnTheHost;

public sealed class KilledJobTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private static readonly TimeSpan LongJob = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task A_retry_survives_kills_of_host_and_worker_and_every_entry_is_retried_exactly_once()
    {
        const int Letters = 120;
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedDeadLettersAsync(Letters, change: letter => letter with { Retries = 1 });
        await using var app = new AppProcess(store.Settings(("WarehouseSimulatedFailures", "dead-0000:ship")));
        await app.StartAsync();
        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { parallelism = 2, itemsPerSecond = 20 } });

        await WaitForLeftAsync(store, 90);
        await app.KillWorkerAsync();
        await app.WaitUntilReadyAsync();
        await WaitForLeftAsync(store, 60);
        await app.KillAsync();
        await app.StartAsync();
        var job = await app.Client.WaitForJobAsync(jobId, LongJob);

        Assert.Equal("succeeded", job.Text("state"));
        Assert.Equal((Letters, Letters), (job.At("counts").Number("found"), job.At("counts").Number("started")));
        await store.WaitUntilAsync(
            statuses => statuses.GetValueOrDefault("completed") == Letters - 10 && statuses.GetValueOrDefault("shipping_failed") == 10, LongJob);
        var outcomes = (await app.Client.WaitForJobAsync(jobId, job => job.At("outcomes").Number("running") == 0)).At("outcomes");
        Assert.Equal((Letters - 10, 10), (outcomes.Number("succeeded"), outcomes.Number("failedNew")));
        Assert.All(await app.Client.ReadItemsAsync(jobId), item => Assert.Equal(1, item.Number("attempts")));
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
        Assert.All(await store.ReadAllOrdersAsync(), order => Assert.Single(order.Attempts, attempt => attempt.RunId == jobId));
    }

    [Fact]
    public async Task Reprocessing_can_be_interrupted_and_is_resumed()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedDeadLettersAsync(80);
        await using var app = new AppProcess(store.Settings());
        await app.StartAsync();
        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { itemsPerSecond = 5 } });
        await app.Client.WaitForJobAsync(jobId, job => job.Processed() >= 20);

        await app.KillAsync();
        var before = (await store.CountStatusesAsync())["dead_letter"];
        await app.StartAsync();
        (await app.Client.SetPaceAsync(jobId, new { itemsPerSecond = 0 })).Expect(HttpStatusCode.OK);
        var job = await app.Client.WaitForJobAsync(jobId, LongJob);

        Assert.InRange(before, 1, 60);
        Assert.Equal(("succeeded", 80), (job.Text("state"), job.At("counts").Number("started")));
        await store.WaitUntilAllAsync("completed", LongJob);
        Assert.All(await store.ReadAllOrdersAsync(), order => Assert.Single(order.Attempts, attempt => attempt.RunId == jobId));
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    private static Task WaitForLeftAsync(OrdersOnStorage store, int left) =>
        store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("dead_letter") <= left, LongJob);
}
