using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>Two hosts on one hub share its work, and neither a killed nor a frozen one keeps it from the other.</summary>
public sealed class TwoHostsTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(15);
    private static readonly (string, string)[] SlowRun = [("ReprocessingParallelism", "2"), ("ReprocessingChunkSize", "5")];

    [Fact]
    public async Task The_second_shares_the_work_and_takes_it_over_when_the_first_is_killed()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        (string, string)[] settings = [.. SlowRun, ("AzureFunctionsJobHost:logging:logLevel:Function", "Information")];
        await using var first = new AppProcess(store.Settings(settings));
        await using var second = new AppProcess(store.Settings(settings));
        await first.StartAsync();
        await second.StartAsync();
        await store.SeedFailedAsync(120);
        (await first.Client.StartRunAsync(maxOrders: 120)).Expect(HttpStatusCode.Accepted);
        (await second.Client.StartRunAsync()).ExpectProblem(HttpStatusCode.Conflict, "run_active");
        await store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("picking_failed") < 60, LongRun);
        await Eventually.TrueAsync(() => Task.FromResult(Works(first) && Works(second)), LongRun, () => $"{first.Log}{Environment.NewLine}{second.Log}");

        await first.KillAsync();
        var batch = await second.Client.WaitForBatchAsync(LongRun);

        Assert.Equal(120, batch.At("output").Number("restartedCount"));
        await store.WaitUntilAllAsync("completed", LongRun);
        await second.StopAsync();
        await InvariantCheck.RunAsync(store);
        Assert.True(Assert.Single(await store.ReadRunsAsync()).IsCompleted);
    }

    [Fact]
    public async Task A_host_that_was_frozen_does_no_harm_when_it_wakes_up()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedFailedAsync(100);
        await using var sleeper = new AppProcess(store.Settings(SlowRun));
        await sleeper.StartAsync();
        (await sleeper.Client.StartRunAsync(maxOrders: 100)).Expect(HttpStatusCode.Accepted);
        await store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("picking_failed") < 70, LongRun);
        await sleeper.PauseAsync();
        await using var heir = new AppProcess(store.Settings(SlowRun));
        await heir.StartAsync();

        // What the sleeper had in hand is seen again after a minute: then it is the heir that goes on.
        var left = (await store.CountStatusesAsync()).GetValueOrDefault("picking_failed");
        await store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("picking_failed") < left, LongRun);
        await sleeper.ContinueAsync();
        var batch = await heir.Client.WaitForBatchAsync(LongRun);

        Assert.Equal(100, batch.At("output").Number("restartedCount"));
        await store.WaitUntilAllAsync("completed", LongRun);
        await heir.StopAsync();
        await sleeper.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    [Fact]
    public async Task A_timer_fires_on_one_of_them_only_and_on_the_other_when_that_is_killed()
    {
        (string, string)[] settings = [("ReprocessingSchedule", "*/2 * * * * *"), ("ReprocessingEnabled", "false")];
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var first = new AppProcess(store.Settings(settings));
        await using var second = new AppProcess(store.Settings(settings));
        await first.StartAsync();
        await second.StartAsync();

        await Eventually.TrueAsync(() => Task.FromResult(Ticks(first) >= 5), LongRun, () => first.Log);
        Assert.Equal(0, Ticks(second));

        await first.KillAsync();
        await Eventually.TrueAsync(() => Task.FromResult(Ticks(second) >= 2), LongRun, () => second.Log);
    }

    /// <summary>The host tells of each function that its queues have brought it.</summary>
    private static bool Works(AppProcess app) => app.Log.Contains("Executing '", StringComparison.Ordinal);

    private static int Ticks(AppProcess app) => app.Log.Split('\n').Count(line => line.Contains("The tick started no run", StringComparison.Ordinal));
}
