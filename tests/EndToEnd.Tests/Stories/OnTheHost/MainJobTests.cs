using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>The main job on the platform's own engine: by hand and by the schedule, in slices, until an order's retries are used up.</summary>
public sealed class MainJobTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private const int Spent = 990;
    private const int Left = 20;

    private static readonly (string, string) OneRetry = ("ReprocessingMaxRetries", "1");
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_run_by_hand_takes_two_slices_is_followed_by_the_status_query_and_refuses_a_second_one()
    {
        var store = await WithBacklogAsync();
        await using var app = new AppProcess(store.Settings(OneRetry));
        await app.StartAsync();

        var started = (await app.Client.StartRunAsync(maxOrders: 5_000)).Expect(HttpStatusCode.Accepted);
        var status = started.Json.Text("statusQueryGetUri")!;
        Assert.Equal(status, started.Location!.ToString());
        Assert.Equal(HttpStatusCode.Accepted, (await app.Client.GetAsync(status)).Status);
        var refused = (await app.Client.StartRunAsync()).ExpectProblem(HttpStatusCode.Conflict, "run_active");
        Assert.Equal(new Uri(status).AbsolutePath, refused.Json.At("links").Text("status"));
        var batch = await app.Client.WaitForEndAsync(status, LongRun);

        Assert.Equal("Completed", batch.Status());
        AssertBacklogIsDone(batch.At("output"));
        var child = (await app.Client.GetInstanceAsync($"reprocessing-{batch.At("customStatus").Text("runId")}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(1, child.At("input").Number("continuationCount"));
        Assert.Equal(1_000, child.At("input").At("accumulatedResult").Number("foundCount"));
        Assert.True(JsonElement.DeepEquals(child.At("output"), batch.At("output")), $"{child.At("output")} against {batch.At("output")}");
        await VerifyAsync(app, store);
    }

    [Fact]
    public async Task The_schedule_does_the_same_by_itself()
    {
        var store = await WithBacklogAsync();
        await using var app = new AppProcess(store.Settings(OneRetry, ("ReprocessingSchedule", "*/5 * * * * *"), ("ReprocessingBatchSize", "5000")));
        await app.StartAsync();

        StoredRun? run = null;
        await Eventually.TrueAsync(
            async () => (run = (await store.ReadRunsAsync()).FirstOrDefault(run => run is { IsCompleted: true, Result.FoundCount: > 0 })) is not null,
            LongRun,
            () => app.Log);

        Assert.Equal("timer", run!.Trigger);
        var result = (await app.Client.GetAsync($"/api/reprocessing/runs/{run.RunId}")).Expect(HttpStatusCode.OK).Json;
        AssertBacklogIsDone(result);
        await VerifyAsync(app, store);
    }

    [Fact]
    public async Task An_order_that_always_fails_is_restarted_five_times_by_the_schedule_and_dead_lettered_at_its_sixth_failure()
    {
        const string OrderId = "doomed-1";
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings(("ReprocessingSchedule", "*/2 * * * * *"), ("WarehouseSimulatedFailures", "doomed:pick")));
        await app.StartAsync();
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small(OrderId))).Expect(HttpStatusCode.Created);

        await app.Client.WaitForOrderAsync(OrderId, "dead_letter", LongRun);

        var entry = (await app.Client.GetAsync($"/api/dead-letters/{OrderId}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(5, entry.Number("totalRetryAttempts"));
        Assert.Equal(
            ["order-fulfillment-doomed-1", .. Enumerable.Range(1, 5).Select(n => $"order-fulfillment-doomed-1-retry-{n}")],
            entry.At("retryHistory").EnumerateArray().Select(attempt => attempt.Text("workflowId")));
        IReadOnlyList<StoredRun> runs = [];
        await Eventually.TrueAsync(
            async () => (runs = [.. (await store.ReadRunsAsync()).Where(run => run is { IsCompleted: true, Result.FoundCount: > 0 })]).Sum(run => run.Result.FoundCount) == 6,
            LongRun,
            () => app.Log);
        Assert.All(runs, run => Assert.Equal("timer", run.Trigger));
        Assert.Equal((5, 1), (runs.Sum(run => run.Result.RestartedCount), runs.Sum(run => run.Result.DlqCount)));
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    /// <summary>Orders whose retries are used up and others that have some left, more than a slice together.</summary>
    private async Task<OrdersOnStorage> WithBacklogAsync()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedFailedAsync(Spent, prefix: "spent", retries: 1);
        await store.SeedFailedAsync(Left);
        return store;
    }

    private static void AssertBacklogIsDone(JsonElement result)
    {
        Assert.Equal(
            (Spent + Left, Left, Spent, 0, 0),
            (result.Number("foundCount"), result.Number("restartedCount"), result.Number("dlqCount"), result.Number("errorCount"), result.Number("skippedCount")));
        Assert.Equal((1, "drained"), (result.Number("continuationCount"), result.Text("stopReason")));
    }

    /// <summary>The check compares what the run counted with each order's timeline: none twice, none left out.</summary>
    private static async Task VerifyAsync(AppProcess app, OrdersOnStorage store)
    {
        await store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == Left && statuses.GetValueOrDefault("dead_letter") == Spent, LongRun);
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }
}
