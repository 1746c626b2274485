using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

/// <summary>A run is a job: listed, paused, resumed and cancelled as one.</summary>
public sealed class RunControlTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    private static readonly (string, string)[] SmallChunks = [("ReprocessingParallelism", "1"), ("ReprocessingChunkSize", "10")];

    [Fact]
    public async Task A_run_is_paused_and_resumed_as_a_job()
    {
        await using var app = await InProcessApp.StartAsync(storage, SmallChunks);
        await app.Store.SeedFailedAsync(600);
        using var hold = HoldAfter(app, restarts: 12);
        (await app.Client.StartRunAsync(600)).Expect(HttpStatusCode.Accepted);
        var runId = await RunIdAsync(app);
        await hold.Reached;

        (await app.Client.PauseAsync(runId)).Expect(HttpStatusCode.Accepted);
        hold.Release();
        await app.Client.WaitForRestAsync(runId);
        var left = (await app.Store.CountStatusesAsync()).GetValueOrDefault("picking_failed");
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 600 - left);
        Assert.InRange(left, 1, 599);
        Assert.Equal(HttpStatusCode.Conflict, (await app.Client.StartRunAsync()).Status);
        (await app.Client.ResumeAsync(runId)).Expect(HttpStatusCode.Accepted);
        var batch = await app.Client.WaitForBatchAsync();

        Assert.Equal(600, batch.At("output").Number("restartedCount"));
        var job = await app.Client.WaitForJobAsync(runId);
        Assert.Equal(("succeeded", "reprocess", 600), (job.Text("state"), job.Text("operation"), job.At("counts").Number("started")));
        Assert.Equal(600, (await app.Client.ReadItemsAsync(runId, "started")).Count);
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_run_that_is_cancelled_ends_and_the_next_one_takes_the_rest()
    {
        await using var app = await InProcessApp.StartAsync(storage, SmallChunks);
        await app.Store.SeedFailedAsync(300);
        using var hold = HoldAfter(app, restarts: 12);
        (await app.Client.StartRunAsync(300)).Expect(HttpStatusCode.Accepted);
        var runId = await RunIdAsync(app);
        await hold.Reached;

        (await app.Client.CancelAsync(runId)).Expect(HttpStatusCode.Accepted);
        hold.Release();
        await app.Client.WaitForBatchAsync();
        var first = await app.Client.WaitForJobAsync(runId);
        var second = (await app.Client.RunAsync(300)).At("output");

        Assert.Equal("canceled", first.Text("state"));
        Assert.InRange(first.At("counts").Number("started"), 1, 299);
        Assert.Equal(300, first.At("counts").Number("started") + second.Number("restartedCount"));
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    /// <summary>Keeps a run from going on, once it is under way, until it has been told what it is to be told.</summary>
    private static StorageTap.Hold HoldAfter(InProcessApp app, int restarts) =>
        app.Tap.HoldBack(request => StorageRequests.IsRestart(request) && Interlocked.Decrement(ref restarts) < 0);

    private static async Task<string> RunIdAsync(InProcessApp app)
    {
        var jobs = await Eventually.GetAsync(async () =>
            (await app.Client.GetAsync("/api/jobs")).Json is { } list && list.At("items").GetArrayLength() == 1 ? (object)list.At("items")[0].Text("jobId")! : null);
        return (string)jobs;
    }
}
