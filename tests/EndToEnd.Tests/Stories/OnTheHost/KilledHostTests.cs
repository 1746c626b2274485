using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Reprocessing.Storage.Results;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories.OnTheHost;

[Trait("Category", "Host")]
public sealed class KilledHostTests(Hosts.Storage storage, ITestOutputHelper output) : IClassFixture<Hosts.Storage>
{
    private const int Kills = 30;

    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);

    // Small chunks one after another: the run has a hundred steps at which it can be cut off.
    private static readonly (string, string)[] SlowRun = [("ReprocessingParallelism", "1"), ("ReprocessingChunkSize", "10")];

    [Fact]
    public async Task A_run_of_1000_orders_survives_thirty_kills_of_the_host_and_nothing_is_lost_or_doubled()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var moments = new Random(seed);
        var store = await OrdersOnStorage.OpenAsync(storage);
        await store.SeedFailedAsync(1_000);
        await using var app = new AppProcess(store.Settings([.. SlowRun, ("WarehouseSimulatedFailures", "order-001:ship")]));
        await app.StartAsync();
        (await app.Client.StartRunAsync(maxOrders: 1_000)).Expect(HttpStatusCode.Accepted);

        var duringTheRun = 0;
        for (var kill = 1; kill <= Kills; kill++)
        {
            await MomentAsync(moments, app, store);
            await app.KillAsync();
            var statuses = await store.CountStatusesAsync();
            duringTheRun += Failed(statuses) > 0 ? 1 : 0;
            output.WriteLine($"Kill {kill}: {string.Join(", ", statuses.Select(status => $"{status.Value} {status.Key}"))}");
            app.Launch();
        }

        Assert.InRange(duringTheRun, Kills / 3, Kills);
        await app.WaitUntilReadyAsync();
        var batch = await app.Client.WaitForBatchAsync(LongRun);
        Assert.Equal("Completed", batch.Status());
        Assert.Equal(1_000, batch.At("output").Number("restartedCount"));
        Assert.Equal(1_000, batch.At("output").Number("foundCount"));
        await store.WaitUntilAsync(
            statuses => statuses.GetValueOrDefault("completed") == 900 && statuses.GetValueOrDefault("shipping_failed") == 100, LongRun);
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
        Assert.Equal([0, 1], (await store.ReadOrderAsync("order-00150")).Attempts.Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task A_second_host_waits_does_no_harm_and_takes_over_when_the_first_is_killed()
    {
        var store = await OrdersOnStorage.OpenAsync(storage);
        await store.SeedFailedAsync(200);
        await using var first = new AppProcess(store.Settings([.. SlowRun]));
        await using var second = new AppProcess(store.Settings([.. SlowRun]));
        await first.StartAsync();
        second.Launch();
        (await first.Client.StartRunAsync(maxOrders: 200)).Expect(HttpStatusCode.Accepted);
        await store.WaitUntilAsync(statuses => Failed(statuses) < 150);
        Assert.False(second.HasExited, second.Log);
        Assert.False(await second.Client.IsHealthyAsync());

        await first.KillAsync();
        await second.WaitUntilReadyAsync();
        var batch = await second.Client.WaitForBatchAsync(LongRun);

        Assert.Equal(200, batch.At("output").Number("restartedCount"));
        await store.WaitUntilAllAsync("completed", LongRun);
        await second.StopAsync();
        await InvariantCheck.RunAsync(store);
        var run = Assert.Single(await store.ReadRunsAsync());
        Assert.Equal(RunState.Completed, run.State);
    }

    [Fact]
    public async Task A_host_that_is_asked_to_stop_stops_well_and_the_next_one_goes_on()
    {
        var store = await OrdersOnStorage.OpenAsync(storage);
        await store.SeedFailedAsync(150);
        await using var app = new AppProcess(store.Settings([.. SlowRun]));
        await app.StartAsync();
        (await app.Client.StartRunAsync(maxOrders: 150)).Expect(HttpStatusCode.Accepted);
        await store.WaitUntilAsync(statuses => Failed(statuses) < 120);

        Assert.Equal(0, await app.StopAsync());
        await app.StartAsync();
        var batch = await app.Client.WaitForBatchAsync(LongRun);

        Assert.Equal(150, batch.At("output").Number("restartedCount"));
        await store.WaitUntilAllAsync("completed", LongRun);
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    [Fact]
    public async Task No_order_that_was_accepted_is_lost_when_the_host_is_killed()
    {
        var store = await OrdersOnStorage.OpenAsync(storage);
        await using var app = new AppProcess(store.Settings());
        await app.StartAsync();
        List<string> accepted = [];
        for (var kill = 0; kill < 4; kill++)
        {
            await app.WaitUntilReadyAsync();
            var sending = Enumerable.Range(0, 8).Select(sender => SendUntilItFailsAsync(app.Client, $"{kill}-{sender}"));
            var all = Task.WhenAll(sending);
            await store.WaitUntilAsync(statuses => statuses.Values.Sum() > (kill + 1) * 25, LongRun);
            await app.KillAsync();
            accepted.AddRange((await all).SelectMany(ids => ids));
            app.Launch();
        }

        await app.WaitUntilReadyAsync();
        foreach (var orderId in accepted)
        {
            // Each by itself: orders whose answer was lost in a kill complete as well, and must not stand in for one that was accepted.
            await Eventually.TrueAsync(async () => (await store.ReadOrderAsync(orderId)).Status == "completed", LongRun);
        }

        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    private static async Task<List<string>> SendUntilItFailsAsync(AppClient client, string sender)
    {
        List<string> accepted = [];
        while (true)
        {
            var orderId = $"order-{sender}-{accepted.Count}";
            try
            {
                (await client.PostAsync("/api/orders", SampleOrders.Small(orderId))).Expect(HttpStatusCode.Created);
                accepted.Add(orderId);
            }
            catch (HttpRequestException)
            {
                return accepted;
            }
        }
    }

    /// <summary>
    /// One kill in four hits a host that is only just coming back. The others come when the run is some orders further, so that
    /// they are spread over all of it however fast the machine is.
    /// </summary>
    private static async Task MomentAsync(Random moments, AppProcess app, OrdersOnStorage store)
    {
        if (moments.Next(4) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(moments.Next(1_500)));
            return;
        }

        await app.WaitUntilReadyAsync();
        var left = Math.Max(0, Failed(await store.CountStatusesAsync()) - moments.Next(70));
        await store.WaitUntilAsync(statuses => Failed(statuses) <= left, LongRun);
        await Task.Delay(TimeSpan.FromMilliseconds(moments.Next(100)));
    }

    private static int Failed(IReadOnlyDictionary<string, int> statuses) => statuses.GetValueOrDefault("picking_failed");
}
