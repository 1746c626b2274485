using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class WorkflowIndexTests(Hosts.Storage storage)
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";

    [Fact]
    public async Task Workflows_are_found_by_what_is_asked_about_them_and_lead_to_each_other()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "bad:pick:1"));
        foreach (var orderId in new[] { "good-1", "bad-1", "bad-2" })
        {
            (await app.Client.PostAsync("/api/orders", SampleOrders.Small(orderId))).Expect(HttpStatusCode.Created);
        }

        await app.Client.WaitForOrderAsync("good-1", "completed");
        await app.Client.WaitForOrderAsync("bad-1", "picking_failed");
        await app.Client.WaitForOrderAsync("bad-2", "picking_failed");
        const string Failed = "WorkflowType = 'OrderFulfillment' AND ExecutionStatus = 'Failed' AND StartTime > '2026-01-01'";
        Assert.Equal(["order-fulfillment-bad-1", "order-fulfillment-bad-2"], await IdsAsync(app, Failed));
        Assert.Equal(["order-fulfillment-good-1"], await IdsAsync(app, "OrderStatus = completed AND CustomerId = 'customer-1'"));
        Assert.Equal(3, (await IdsAsync(app, null)).Count);

        await app.Client.RunAsync();
        await app.Client.WaitForOrderAsync("bad-1", "completed");
        await app.Client.WaitForOrderAsync("bad-2", "completed");

        Assert.Equal(["order-fulfillment-bad-1-retry-1", "order-fulfillment-bad-2-retry-1"], await IdsAsync(app, "RetryCount >= 1"));
        Assert.Equal(["order-fulfillment-bad-1", "order-fulfillment-bad-1-retry-1"], await IdsAsync(app, "InstanceId STARTS_WITH 'order-fulfillment-bad-1'"));
        var retry = (await app.Client.GetAsync("/api/workflows/order-fulfillment-bad-1-retry-1")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("Completed", "completed", "bad-1"), (retry.Text("status"), retry.Text("orderStatus"), retry.Text("orderId")));
        var first = (await app.Client.GetAsync(retry.At("links").Text("previous")!)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("Failed", "picking_failed", retry.Text("instanceId")), (first.Text("status"), first.Text("orderStatus"), first.Text("nextInstance")));
        var timeline = (await app.Client.GetAsync(first.At("links").Text("timeline")!)).Expect(HttpStatusCode.OK).Json;
        Assert.Contains(timeline.At("items").EnumerateArray(), told => told.TextOrNull("workflowId") == retry.Text("instanceId"));
        await app.VerifyAsync();
    }

    [Theory]
    [InlineData("ExecutionStatus = Exploded", 19)]
    [InlineData("(StartTime > now-1h", 20)]
    [InlineData("$.tier = 'gold'", 1)]
    public async Task A_malformed_query_is_refused_with_its_column(string query, int column)
    {
        await using var app = await InProcessApp.StartAsync(storage);

        var answer = (await app.Client.GetAsync("/api/workflows?query=" + Uri.EscapeDataString(query))).ExpectProblem(HttpStatusCode.BadRequest, "invalid_filter");

        Assert.Equal(column, answer.Json.At("errors")[0].Number("column"));
    }

    [Fact]
    public async Task An_order_whose_workflow_was_terminated_or_purged_is_due_again()
    {
        using var gate = new ManualResetEventSlim();
        await using var warehouse = await FakeWarehouse.StartAsync((path, _) =>
        {
            if (path.EndsWith("/pick", StringComparison.Ordinal))
            {
                gate.Wait(TimeSpan.FromMinutes(1));
            }

            return 200;
        });
        await using var app = await InProcessApp.StartAsync(
            storage, ("WarehouseBaseUrl", warehouse.Address), ("MaintenanceSchedule", "* * * * * *"), ("WorkflowCheckAge", "00:00:02"));
        string[] orders = ["cut-1", "cut-2"];
        foreach (var orderId in orders)
        {
            (await app.Client.PostAsync("/api/orders", SampleOrders.Small(orderId))).Expect(HttpStatusCode.Created);
            await Eventually.TrueAsync(() => Task.FromResult(warehouse.Calls.Any(call => call.Path == $"/orders/{orderId}/stages/pick")));
        }

        Assert.Equal(2, (await IdsAsync(app, "ExecutionStatus = Running AND OrderStatus = in_progress")).Count);
        foreach (var orderId in orders)
        {
            (await app.Client.PostAsync($"{Instances}/order-fulfillment-{orderId}/terminate?reason=mistake")).Expect(HttpStatusCode.Accepted);
        }

        await app.Client.WaitForStatusAsync("order-fulfillment-cut-2", "Terminated");
        (await app.Client.SendAsync(HttpMethod.Delete, $"{Instances}/order-fulfillment-cut-2")).Expect(HttpStatusCode.OK);
        await app.Client.WaitForOrderAsync("cut-1", "picking_failed");
        await app.Client.WaitForOrderAsync("cut-2", "picking_failed");
        gate.Set();
        Assert.Contains("without a word", (await app.Store.ReadOrderAsync("cut-1")).Failure!.Reason, StringComparison.Ordinal);
        Assert.Equal(2, (await IdsAsync(app, "ExecutionStatus = Failed AND OrderStatus = picking_failed")).Count);

        await app.Client.RunAsync();

        await app.Client.WaitForOrderAsync("cut-1", "completed");
        await app.Client.WaitForOrderAsync("cut-2", "completed");
        await Eventually.TrueAsync(async () => (await IdsAsync(app, "ExecutionStatus IN (Pending, Running)")).Count == 0);
        await app.VerifyAsync();
    }

    /// <summary>In the order of ids.</summary>
    private static async Task<List<string>> IdsAsync(InProcessApp app, string? query)
    {
        var answer = await app.Client.GetAsync("/api/workflows" + (query is null ? "" : "?query=" + Uri.EscapeDataString(query)));
        var items = answer.Expect(HttpStatusCode.OK).Json.At("items").EnumerateArray();
        return [.. items.Select((JsonElement item) => item.Text("instanceId")!).Order(StringComparer.Ordinal)];
    }
}
