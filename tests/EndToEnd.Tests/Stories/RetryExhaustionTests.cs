using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Reprocessing.Domain.Orders;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class RetryExhaustionTests(Hosts.Storage storage)
{
    private const string OrderId = "doomed-1";

    [Fact]
    public async Task Five_failures_are_five_restarts_and_the_sixth_is_a_dead_letter_with_every_attempt()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "doomed:pick"));
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small(OrderId))).Expect(HttpStatusCode.Created);

        for (var restart = 1; restart <= 5; restart++)
        {
            await app.Client.WaitForOrderAsync(OrderId, "picking_failed");
            var result = (await app.Client.RunAsync()).At("output");
            Assert.Equal((1, 1, 0), (result.Number("foundCount"), result.Number("restartedCount"), result.Number("dlqCount")));
        }

        await app.Client.WaitForOrderAsync(OrderId, "picking_failed");
        var last = (await app.Client.RunAsync()).At("output");
        Assert.Equal((1, 0, 1), (last.Number("foundCount"), last.Number("restartedCount"), last.Number("dlqCount")));

        var entry = (await app.Client.GetAsync($"/api/dead-letters/{OrderId}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(5, entry.Number("totalRetryAttempts"));
        Assert.Equal("order-fulfillment-doomed-1", entry.Text("originalWorkflowId"));
        Assert.Equal("picking_failed", entry.Text("finalFailureStatus"));
        var attempts = entry.At("retryHistory").EnumerateArray().ToList();
        Assert.Equal(
            ["order-fulfillment-doomed-1", .. Enumerable.Range(1, 5).Select(n => $"order-fulfillment-doomed-1-retry-{n}")],
            attempts.Select(attempt => attempt.Text("workflowId")));
        Assert.All(attempts, attempt => Assert.Equal("picking_failed", attempt.At("failure").Text("status")));
        await AssertTimelineAsync(app);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_dead_letter_is_out_of_the_reach_of_later_runs()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync(3, retries: 5);

        var first = (await app.Client.RunAsync()).At("output");
        var second = (await app.Client.RunAsync()).At("output");

        Assert.Equal((3, 3), (first.Number("foundCount"), first.Number("dlqCount")));
        Assert.Equal(0, second.Number("foundCount"));
        await app.VerifyAsync();
    }

    private static async Task AssertTimelineAsync(InProcessApp app)
    {
        var timeline = await app.Store.ReadTimelineAsync(OrderId);
        Assert.Equal(6, timeline.Count(told => told.Kind == TimelineEventKind.Failed));
        Assert.Equal(5, timeline.Count(told => told.Kind == TimelineEventKind.Restarted));
        Assert.Equal(TimelineEventKind.DeadLettered, timeline[^1].Kind);
    }
}
