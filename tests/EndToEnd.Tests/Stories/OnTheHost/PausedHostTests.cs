using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>Beside the other stories: most of its time it waits for a lease to run out.</summary>
[Trait("Category", "Host")]
public sealed class PausedHostTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_host_that_slept_through_its_lease_does_no_harm_when_it_wakes_up()
    {
        (string, string)[] slowRun = [("ReprocessingParallelism", "1"), ("ReprocessingChunkSize", "5")];
        var store = await OrdersOnStorage.OpenAsync(storage);
        await store.SeedFailedAsync(200);
        await using var sleeper = new AppProcess(store.Settings(slowRun));
        await using var heir = new AppProcess(store.Settings(slowRun));
        await sleeper.StartAsync();
        heir.Launch();
        (await sleeper.Client.StartRunAsync(maxOrders: 200)).Expect(HttpStatusCode.Accepted);
        await store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("picking_failed") < 150);

        await sleeper.PauseAsync();
        await heir.WaitUntilReadyAsync();
        await sleeper.ContinueAsync();

        Assert.NotEqual(0, await sleeper.WaitForExitAsync());
        var batch = await heir.Client.WaitForBatchAsync(LongRun);
        Assert.Equal(200, batch.At("output").Number("restartedCount"));
        await store.WaitUntilAllAsync("completed", LongRun);
        await heir.StopAsync();
        await InvariantCheck.RunAsync(store);
    }
}
