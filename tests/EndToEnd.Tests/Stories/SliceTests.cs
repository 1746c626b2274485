using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;

namespace EndToEnd.Tests.Stories;

public sealed class SliceTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Of_2500_failed_orders_a_run_of_5000_takes_1000_then_1000_then_500()
    {
        // What is restarted fails again at once and is due again, while the run still goes on: it must not be found twice.
        await using var app = await InProcessApp.StartAsync(
            storage, ("ReprocessingMaxRetries", "1"), ("WarehouseSimulatedFailures", "order:plan"));
        await app.Store.SeedFailedAsync(200, prefix: "spent", retries: 1);
        await app.Store.SeedFailedAsync(2_299);
        await app.Store.BreakAsync(await app.Store.SeedFailedAsync("broken"));

        var started = (await app.Client.StartRunAsync(maxOrders: 5_000)).Expect(HttpStatusCode.Accepted);
        AssertStarterAnswer(started, app.Client);
        var batch = await app.Client.WaitForEndAsync(started.Location!.ToString(), LongRun);

        Assert.Equal("Completed", batch.Status());
        var result = batch.At("output");
        Assert.Equal(2_500, result.Number("foundCount"));
        Assert.Equal(2_299, result.Number("restartedCount"));
        Assert.Equal(200, result.Number("dlqCount"));
        Assert.Equal(1, result.Number("errorCount"));
        Assert.Equal(0, result.Number("skippedCount"));
        Assert.Equal(2, result.Number("continuationCount"));
        Assert.False(result.At("timedOut").GetBoolean());
        Assert.Equal("drained", result.Text("stopReason"));
        await AssertThirdSliceAsync(app, batch);
        await app.VerifyAsync(except: "broken");
    }

    /// <summary>100 by the caller's word or, where that is 0, by the setting's default.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(0)]
    public async Task A_run_of_100_stops_at_100_without_asking_again(int maxOrders)
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync(130);

        var batch = await app.Client.RunAsync(maxOrders);

        Assert.Equal(100, batch.At("output").Number("foundCount"));
        Assert.Equal(0, batch.At("output").Number("continuationCount"));
        Assert.Equal("cap_reached", batch.At("output").Text("stopReason"));
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 100);
        Assert.Equal(30, (await app.Store.CountStatusesAsync())["picking_failed"]);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Of_2000_failed_orders_a_run_of_5000_asks_a_third_time_and_finds_none()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("ReprocessingMaxRetries", "0"));
        await app.Store.SeedFailedAsync(2_000);

        var batch = await app.Client.RunAsync(maxOrders: 5_000, LongRun);

        var result = batch.At("output");
        Assert.Equal(2_000, result.Number("foundCount"));
        Assert.Equal(2_000, result.Number("dlqCount"));
        Assert.Equal(2, result.Number("continuationCount"));
        Assert.Equal("drained", result.Text("stopReason"));
        await app.VerifyAsync();
    }

    private static void AssertStarterAnswer(ApiResponse started, AppClient client)
    {
        Assert.Equal("application/json", started.ContentType);
        Assert.Equal(AppClient.Batch, started.Json.Text("id"));
        var address = $"{client.Address.AbsoluteUri}runtime/webhooks/durabletask/instances/{AppClient.Batch}";
        Assert.StartsWith(address, started.Location!.ToString(), StringComparison.Ordinal);
        string[] links = ["statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "purgeHistoryDeleteUri", "suspendPostUri", "resumePostUri"];
        Assert.All(links, link => Assert.StartsWith(address, started.Json.Text(link), StringComparison.Ordinal));
    }

    /// <summary>The child's last generation began with what the two before had found, a thousand each, and found the rest.</summary>
    private static async Task AssertThirdSliceAsync(InProcessApp app, JsonElement batch)
    {
        var childId = $"reprocessing-{batch.At("customStatus").Text("runId")}";
        var child = (await app.Client.GetInstanceAsync(childId)).Expect(HttpStatusCode.OK).Json;

        Assert.NotEqual(AppClient.Batch, childId);
        Assert.Equal("Completed", child.Status());
        Assert.Equal(2, child.At("input").Number("continuationCount"));
        Assert.Equal(2_000, child.At("input").At("accumulatedResult").Number("foundCount"));
        Assert.Equal(5_000, child.At("input").Number("batchSize"));
        Assert.Equal(2_500, child.At("customStatus").Number("processed"));
        Assert.Equal(2_500, child.At("customStatus").Number("total"));
        Assert.Equal(100, child.At("customStatus").At("percent").GetDouble());
        Assert.True(JsonElement.DeepEquals(child.At("output"), batch.At("output")), $"{child.At("output")} against {batch.At("output")}");
    }
}
