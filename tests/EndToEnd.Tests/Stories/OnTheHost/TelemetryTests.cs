using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories.OnTheHost;

public sealed class TelemetryTests(HostStorage storage) : IClassFixture<HostStorage>
{
    [Fact]
    public async Task An_orders_failure_restart_and_success_are_told_over_OTLP_and_linked()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var warehouse = await FakeWarehouse.StartAsync((path, earlier) => path.EndsWith("/ship", StringComparison.Ordinal) && earlier == 0 ? 409 : 204);
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings(collector.AsTarget("orders-of-the-test", ("WarehouseBaseUrl", warehouse.Address))));
        await app.StartAsync();
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("traced-1"))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("traced-1", "shipping_failed");
        var failure = (await store.ReadOrderAsync("traced-1")).Failure!;
        await app.Client.RunAsync();
        await app.Client.WaitForOrderAsync("traced-1", "completed");

        // The attempt that failed: from the request that brought the order in to the call that was refused.
        var refused = await collector.WaitForAsync(span => span is { Name: "POST", Source: "ReprocessingFunctions", IsError: true }, () => app.Log);
        Assert.Equal(("409", failure.TraceId), (refused.Attributes["error.type"], refused.TraceId));
        var failed = await collector.WaitForPathAsync(refused, () => app.Log);
        AssertInOrder(failed, "start order", "orchestration:OrderFulfillmentOrchestrator", "activity:RunOrderStage");
        Assert.Equal(failure.TraceParent, $"00-{failed[1].Context}-01");

        // run > slice > chunk > restart > the new attempt, which leads to the failed one from its restart and from its first stage.
        var shipped = await collector.WaitForAsync(
            span => span is { Name: "POST", Source: "ReprocessingFunctions", IsError: false } && span.TraceId != refused.TraceId, () => app.Log);
        var restarted = await collector.WaitForPathAsync(shipped, () => app.Log);
        AssertInOrder(
            restarted,
            "orchestration:ReprocessingBatchOrchestrator",
            "orchestration:ReprocessingOrchestrator",
            "activity:ReprocessOrders",
            "restart order",
            "orchestration:OrderFulfillmentOrchestrator",
            "activity:RunOrderStage");
        Assert.Equal([failed[1].Context], restarted.Single(span => span.Name == "restart order").Links);
        Assert.Single(collector.Spans, span => span is { Source: "Microsoft.Azure.Functions.Worker", Links.Count: 1 } && span.TraceId == shipped.TraceId);

        await Eventually.TrueAsync(() => Task.FromResult(collector.Metrics.ContainsKey("reprocessing.restart.duration")), TimeSpan.FromMinutes(2), () => app.Log);
        Assert.Equal("s", collector.Metrics["reprocessing.restart.duration"]);
        Assert.All(["reprocessing.run.orders", "reprocessing.run.duration", "reprocessing.backlog.order.count"], name => Assert.Contains(name, collector.Metrics.Keys));
        Assert.All(collector.Spans, span => Assert.Equal("orders-of-the-test", span.Service));
        Assert.Contains(collector.Logs, log => log.TraceId == refused.TraceId && log.Line.Contains("traced-1", StringComparison.Ordinal));
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    /// <param name="path">From the innermost span to the root; there may be others between those that are named.</param>
    private static void AssertInOrder(IReadOnlyList<OtlpSpan> path, params string[] names)
    {
        var found = path.Reverse().Select(span => names.FirstOrDefault(name => span.Name == name || span.Name.StartsWith($"{name}@", StringComparison.Ordinal))).OfType<string>();
        Assert.Equal(names, found.Distinct());
    }
}
