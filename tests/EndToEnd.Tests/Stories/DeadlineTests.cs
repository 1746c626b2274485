using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class DeadlineTests(Hosts.Storage storage)
{
    [Fact]
    public async Task After_fifteen_minutes_a_run_stops_before_its_next_chunk_and_leaves_the_rest_to_the_next_run()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(
            storage,
            clock,
            ("ReprocessingParallelism", "1"),
            ("ReprocessingChunkSize", "5"),
            // The clock jumps over the limit of the chunk that is being held: that limit is not what is tested.
            ("ReprocessingProcessTimeout", "01:00:00"));
        await app.Store.SeedFailedAsync(40);
        using var hold = app.Tap.HoldBack(StorageRequests.IsRestart);

        await app.Client.StartRunAsync();
        await hold.Reached;
        clock.Advance(TimeSpan.FromMinutes(15));
        hold.Release();
        var batch = await app.Client.WaitForBatchAsync();

        Assert.Equal("Completed", batch.Status());
        var result = batch.At("output");
        var first = result.Number("foundCount");
        Assert.True(result.At("timedOut").GetBoolean());
        Assert.Equal("deadline", result.Text("stopReason"));
        Assert.InRange(first, 1, 5);
        Assert.Equal(first, result.Number("restartedCount"));

        app.Tap.Clear();
        clock.Advance(TimeSpan.FromSeconds(1));
        var next = (await app.Client.RunAsync()).At("output");
        Assert.False(next.At("timedOut").GetBoolean());
        Assert.Equal(40 - first, next.Number("restartedCount"));
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }
}
