using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories.OnTheHost;

[Trait("Category", "Host")]
public sealed class KilledJobTests(Hosts.Storage storage, ITestOutputHelper output) : IClassFixture<Hosts.Storage>
{
    private const int Kills = 30;
    private const int Letters = 500;

    private static readonly TimeSpan LongJob = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_retry_of_500_survives_thirty_kills_of_the_host_and_every_entry_is_retried_exactly_once()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var moments = new Random(seed);
        var store = await OrdersOnStorage.OpenAsync(storage);
        await store.SeedDeadLettersAsync(Letters, change: letter => letter with { Retries = 1 });
        await using var app = new AppProcess(store.Settings(("WarehouseSimulatedFailures", "dead-000:ship")));
        await app.StartAsync();
        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { parallelism = 2, itemsPerSecond = 30 } });

        var duringTheJob = 0;
        for (var kill = 1; kill <= Kills; kill++)
        {
            await MomentAsync(moments, app, store);
            await app.KillAsync();
            var left = await LeftAsync(store);
            duringTheJob += left > 0 ? 1 : 0;
            output.WriteLine($"Kill {kill}: {left} left");
            app.Launch();
        }

        Assert.InRange(duringTheJob, Kills / 3, Kills);
        await app.WaitUntilReadyAsync();
        var job = await app.Client.WaitForJobAsync(jobId, LongJob);
        Assert.Equal("succeeded", job.Text("state"));
        Assert.Equal((Letters, Letters), (job.At("counts").Number("found"), job.At("counts").Number("succeeded")));
        Assert.Equal(0, job.At("counts").Number("skipped") + job.At("counts").Number("failed") + job.At("counts").Number("pending"));
        await store.WaitUntilAsync(
            statuses => statuses.GetValueOrDefault("completed") == Letters - 100 && statuses.GetValueOrDefault("shipping_failed") == 100, LongJob);
        var outcomes = (await app.Client.WaitForJobAsync(jobId, job => job.At("outcomes").Number("running") == 0)).At("outcomes");
        Assert.Equal((Letters - 100, 100), (outcomes.Number("succeeded"), outcomes.Number("failedNew")));
        Assert.All(await app.Client.ReadItemsAsync(jobId), item => Assert.Equal(1, item.Number("attempts")));
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
        Assert.All(await store.ReadAllOrdersAsync(), order => Assert.Single(order.Attempts, attempt => attempt.RunId == jobId));
    }

    /// <summary>
    /// One kill in four hits a host that is only just coming back; the others come some orders further, so that they are spread
    /// over all of the job however fast the machine is.
    /// </summary>
    private static async Task MomentAsync(Random moments, AppProcess app, OrdersOnStorage store)
    {
        if (moments.Next(4) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(moments.Next(1_500)));
            return;
        }

        await app.WaitUntilReadyAsync();
        var left = Math.Max(0, await LeftAsync(store) - moments.Next(35));
        await store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("dead_letter") <= left, LongJob);
        await Task.Delay(TimeSpan.FromMilliseconds(moments.Next(100)));
    }

    private static async Task<int> LeftAsync(OrdersOnStorage store) => (await store.CountStatusesAsync()).GetValueOrDefault("dead_letter");
}
