using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>
/// Host and worker are killed as a machine would be, and the worker alone as a crash of the app would, on the platform's own engine. What a
/// killed host had in hand comes back only when its messages are seen again, a minute later, so few such kills fit into a test.
/// </summary>
public sealed class KilledHostTests(HostStorage storage, ITestOutputHelper output) : IClassFixture<HostStorage>
{
    private const int Orders = 300;

    /// <summary>Kills in a row of what is only just coming back: at the third worker that dies while it starts the host gives up, as it should.</summary>
    private const int MostHasty = 2;

    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(30);

    // Small chunks, few at once: the run has many steps at which it can be cut off.
    private static readonly (string, string)[] SlowRun = [("ReprocessingParallelism", "2"), ("ReprocessingChunkSize", "10")];

    [Fact]
    public Task A_run_of_300_survives_three_kills_of_the_host_and_ten_of_the_worker_and_nothing_is_lost_or_doubled() => SurviveAsync(3, 10, stepsARun: 15);

    /// <summary>30 of the host and 300 of the worker; others by <c>HOST_KILLS</c> and <c>WORKER_KILLS</c>.</summary>
    [Fact]
    [Trait("Category", "Soak")]
    public Task Runs_survive_as_many_kills_as_are_asked_for() =>
        SurviveAsync(Asked.Of("HOST_KILLS", 30), Asked.Of("WORKER_KILLS", 300), stepsARun: 30);

    [Fact]
    public async Task A_host_that_is_asked_to_stop_stops_well_and_the_next_one_goes_on()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedFailedAsync(60);
        await using var app = new AppProcess(store.Settings(SlowRun));
        await app.StartAsync();
        (await app.Client.StartRunAsync(maxOrders: 60)).Expect(HttpStatusCode.Accepted);
        await store.WaitUntilAsync(statuses => Failed(statuses) < 50, LongRun);

        Assert.Equal(0, await app.StopAsync());
        await app.StartAsync();
        var batch = await app.Client.WaitForBatchAsync(LongRun);

        Assert.Equal(60, batch.At("output").Number("restartedCount"));
        // A start that the stopping host no longer took is made by the next run.
        await RunUntilAllAreCompletedAsync(app, store, 60);
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    [Fact]
    public async Task No_order_that_was_accepted_is_lost_when_the_host_is_killed()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings());
        await app.StartAsync();
        List<string> accepted = [];
        for (var kill = 0; kill < 2; kill++)
        {
            await app.WaitUntilReadyAsync();
            var sending = Enumerable.Range(0, 4).Select(sender => SendUntilItFailsAsync(app.Client, $"{kill}-{sender}"));
            var all = Task.WhenAll(sending);
            await store.WaitUntilAsync(statuses => statuses.Values.Sum() > (kill + 1) * 20, LongRun);
            await app.KillAsync();
            accepted.AddRange((await all).SelectMany(ids => ids));
            app.Launch();
        }

        await app.WaitUntilReadyAsync();
        foreach (var orderId in accepted)
        {
            // Each by itself: orders whose answer was lost in a kill complete as well, and must not stand in for one that was accepted.
            await Eventually.TrueAsync(async () => (await store.ReadOrderAsync(orderId)).Status == "completed", LongRun, () => orderId);
        }

        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    private async Task SurviveAsync(int hostKills, int workerKills, int stepsARun)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var moments = new Random(seed);
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings([.. SlowRun, ("WarehouseSimulatedFailures", "order-000:ship:2")]));
        await app.StartAsync();

        var (ofHost, ofWorker, orders, runs, hasty) = (0, 0, 0, 0, 0);
        while (ofHost < hostKills || ofWorker < workerKills)
        {
            // More runs where one does not last for all kills.
            await store.SeedFailedAsync(Orders, prefix: orders == 0 ? "order" : $"more{runs}");
            (orders, runs) = (orders + Orders, runs + 1);
            (await app.Client.StartRunAsync(maxOrders: Orders)).Expect(HttpStatusCode.Accepted);
            for (var step = 1; step < stepsARun && (ofHost < hostKills || ofWorker < workerKills); step++)
            {
                hasty = hasty < MostHasty && moments.Next(4) == 0 ? hasty + 1 : 0;
                if (hasty == 0)
                {
                    // Spread over all of the run however fast the machine is; one in four hits what is only just coming back.
                    await app.WaitUntilReadyAsync();
                    var reached = Orders * step / stepsARun;
                    await Eventually.TrueAsync(async () => await CountProcessedAsync(store, runs) >= reached, LongRun, () => app.Log);
                }

                var isHost = ofHost < hostKills && (ofWorker >= workerKills || step % 4 == 2);
                (ofHost, ofWorker) = isHost ? (ofHost + 1, ofWorker) : (ofHost, ofWorker + 1);
                await KillAsync(app, isHost);
                var statuses = string.Join(", ", (await store.CountStatusesAsync()).Select(status => $"{status.Value} {status.Key}"));
                output.WriteLine($"Kill {ofHost} of the host, {ofWorker} of the worker: {statuses}");
            }

            await app.WaitUntilReadyAsync();
            var batch = await app.Client.WaitForBatchAsync(LongRun);
            Assert.Equal("Completed", batch.Status());
            Assert.Equal((Orders, Orders), (batch.At("output").Number("foundCount"), batch.At("output").Number("restartedCount")));
        }

        // A killed worker fails the stages that it had in hand: three kills of one stage fail its order, and the next run restarts it, as one that failed by itself.
        await RunUntilAllAreCompletedAsync(app, store, orders);
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
        Assert.Equal([0, 1, 2], (await store.ReadOrderAsync("order-00050")).Attempts.Select(attempt => attempt.Number).Take(3));
    }

    /// <summary>Orders that the newest of so many runs has been through. Those that failed again, because their stages were killed, do not take from it.</summary>
    private static async Task<int> CountProcessedAsync(OrdersOnStorage store, int runs)
    {
        var begun = await store.ReadRunsAsync();
        return begun.Count < runs ? 0 : (await store.Jobs.GetProgressAsync(begun[0].RunId, CancellationToken.None)).Tally.Found;
    }

    private static Task RunUntilAllAreCompletedAsync(AppProcess app, OrdersOnStorage store, int orders) => Eventually.TrueAsync(
        async () =>
        {
            await app.Client.RunAsync(maxOrders: 1_000, LongRun);
            return (await store.CountStatusesAsync()).GetValueOrDefault("completed") == orders;
        },
        LongRun,
        () => app.Log,
        TimeSpan.FromSeconds(1));

    private static async Task KillAsync(AppProcess app, bool isHost)
    {
        if (isHost)
        {
            await app.KillAsync();
            app.Launch();
        }
        else
        {
            await app.KillWorkerAsync();
        }
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

    private static int Failed(IReadOnlyDictionary<string, int> statuses) => statuses.GetValueOrDefault("picking_failed");
}
