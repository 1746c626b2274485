using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>The platform's own management API over the app's instances.</summary>
public sealed class ManagementApiTests(HostedApp app) : IClassFixture<HostedApp>
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";

    [Fact]
    public async Task The_workflows_of_a_run_are_listed_by_prefix_and_status_page_by_page()
    {
        await app.Store.SeedFailedAsync(7, prefix: "listed");
        await app.Store.SeedFailedAsync(3, prefix: $"{HostedApp.FailingPrefix}-listed");
        await app.Client.RunAsync();
        foreach (var (prefix, status) in new[] { ("listed", "completed"), ($"{HostedApp.FailingPrefix}-listed", "shipping_failed") })
        {
            await Eventually.TrueAsync(async () => (await app.Store.ReadAllOrdersAsync()).Where(order => order.OrderId.StartsWith(prefix, StringComparison.Ordinal))
                .All(order => order.Status == status));
        }

        await app.Client.WaitForNoneAsync($"{Instances}?instanceIdPrefix=order-fulfillment-listed&runtimeStatus=Running");
        await app.Client.WaitForNoneAsync($"{Instances}?instanceIdPrefix=order-fulfillment-failing-listed&runtimeStatus=Running");
        var completed = (await app.Client.GetAsync($"{Instances}?instanceIdPrefix=order-fulfillment-listed&runtimeStatus=Completed")).Json;
        Assert.Equal(7, completed.GetArrayLength());
        var failed = (await app.Client.GetAsync($"{Instances}?instanceIdPrefix=order-fulfillment-failing-listed&runtimeStatus=Failed&top=100")).Json;
        Assert.Equal(3, failed.GetArrayLength());
        Assert.All(failed.EnumerateArray(), instance => Assert.Contains("shipping_failed", instance.Text("output"), StringComparison.Ordinal));
        Assert.Equal(10, (await ListByPagesAsync("order-fulfillment-", 3)).Count(id => id.Contains("listed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_history_of_a_run_can_be_read()
    {
        await app.Store.SeedFailedAsync(2, prefix: "told");
        var run = await app.Client.RunAsync();

        var batch = (await app.Client.GetInstanceAsync(AppClient.Batch, "?showHistory=true&showHistoryOutput=true")).Expect(HttpStatusCode.OK).Json;

        var events = batch.At("historyEvents").EnumerateArray().ToList();
        Assert.Equal("ExecutionStarted", events[0].Text("EventType"));
        Assert.Equal("ReprocessingBatchOrchestrator", events[0].Text("FunctionName"));
        var restarted = run.At("output").Number("restartedCount");
        Assert.Contains(events, told => told.Text("EventType") == "SubOrchestrationInstanceCompleted" && told.At("Result").Number("restartedCount") == restarted);
        Assert.Equal("ExecutionCompleted", events[^1].Text("EventType"));
    }

    [Fact]
    public async Task A_suspended_run_waits_for_its_resume_and_a_terminated_one_makes_way_for_the_next()
    {
        await SuspendARunAsync();
        (await app.Client.StartRunAsync()).ExpectProblem(HttpStatusCode.Conflict, "run_active");
        (await app.Client.PostAsync($"{Instances}/{AppClient.Batch}/resume?reason=done")).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForStatusAsync(AppClient.Batch, "Completed");

        await SuspendARunAsync();
        (await app.Client.PostAsync($"{Instances}/{AppClient.Batch}/terminate?reason=enough")).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForStatusAsync(AppClient.Batch, "Terminated");

        Assert.Equal("Completed", (await app.Client.RunAsync(maxOrders: 1_000, TimeSpan.FromMinutes(10))).Status());
        await Eventually.TrueAsync(async () => (await app.Store.ReadAllOrdersAsync())
            .Where(order => order.OrderId.StartsWith("held", StringComparison.Ordinal)).All(order => order.Status == "completed"), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task An_instance_is_raised_suspended_resumed_terminated_restarted_and_purged()
    {
        var points = new LoyaltyPoints(app.Client, customers: 1);
        var id = LoyaltyPoints.InstanceOf("c0000");
        await points.SendAsync("c0000", "earned", "purchase-1", 10);
        await points.WaitForAllAsync(10);

        (await app.Client.PostAsync($"{Instances}/{id}/raiseEvent/PointsEarned", new { purchaseId = "purchase-2", points = 5 })).Expect(HttpStatusCode.Accepted);
        await points.WaitForAllAsync(15);
        (await app.Client.PostAsync($"{Instances}/{id}/suspend?reason=why")).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForStatusAsync(id, "Suspended");
        (await app.Client.PostAsync($"{Instances}/{id}/resume?reason=why")).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForStatusAsync(id, "Running");
        (await app.Client.PostAsync($"{Instances}/{id}/terminate?reason=enough")).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForStatusAsync(id, "Terminated");
        Assert.Equal(HttpStatusCode.Gone, (await app.Client.PostAsync($"{Instances}/{id}/terminate?reason=again")).Status);

        var restarted = (await app.Client.PostAsync($"{Instances}/{id}/restart?restartWithNewInstanceId=true")).Expect(HttpStatusCode.Accepted).Json.Text("id")!;
        Assert.NotEqual(id, restarted);
        await app.Client.WaitForStatusAsync(restarted, "Running");
        (await app.Client.PostAsync($"{Instances}/{restarted}/terminate?reason=enough")).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForStatusAsync(restarted, "Terminated");

        Assert.Equal(1, (await app.Client.SendAsync(HttpMethod.Delete, $"{Instances}/{id}")).Expect(HttpStatusCode.OK).Json.Number("instancesDeleted"));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetInstanceAsync(id)).Status);
        var since = Uri.EscapeDataString(app.Store.Now.AddHours(-1).ToString("O"));
        var purged = (await app.Client.SendAsync(HttpMethod.Delete, $"{Instances}?createdTimeFrom={since}&runtimeStatus=Terminated")).Expect(HttpStatusCode.OK);
        Assert.True(purged.Json.Number("instancesDeleted") >= 1, purged.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetInstanceAsync(restarted)).Status);
    }

    /// <summary>A rewound workflow is no attempt of its order any more: it ends, and the order is restarted as if nothing had been.</summary>
    [Fact]
    public async Task A_failed_workflow_that_is_rewound_does_its_order_no_harm()
    {
        const string OrderId = $"{HostedApp.FailingPrefix}-rewound";
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small(OrderId))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync(OrderId, "shipping_failed");
        await app.Client.WaitForStatusAsync($"order-fulfillment-{OrderId}", "Failed");

        (await app.Client.PostAsync($"{Instances}/order-fulfillment-{OrderId}/rewind?reason=again")).Expect(HttpStatusCode.Accepted);
        // The time of its last change is told in whole seconds, so the history says that it has ended anew.
        await Eventually.TrueAsync(async () =>
        {
            var instance = (await app.Client.GetAsync($"{Instances}/order-fulfillment-{OrderId}?showHistory=true")).Json;
            return instance.Status() == "Failed"
                && instance.At("historyEvents").EnumerateArray().Any(happened => happened.TryGetProperty("Data", out var reason) && reason.GetString() == "again");
        });

        var order = (await app.Client.GetOrderAsync(OrderId)).Json;
        Assert.Equal(("shipping_failed", 0, 1), (order.Text("status"), order.Number("retryCount"), order.At("attempts").GetArrayLength()));
    }

    [Fact]
    public async Task What_nobody_knows_is_a_404()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetInstanceAsync("nobody")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.PostAsync($"{Instances}/nobody/terminate")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.PostAsync($"{Instances}/nobody/raiseEvent/x", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync("/api/nowhere")).Status);
    }

    /// <summary>A run may be over before the suspension reaches it: then another one is begun.</summary>
    private async Task SuspendARunAsync()
    {
        for (string? status = null; status != "Suspended";)
        {
            await app.Store.SeedFailedAsync(20, prefix: $"held-{Guid.NewGuid():N}");
            (await app.Client.StartRunAsync(maxOrders: 20)).Expect(HttpStatusCode.Accepted);
            await app.Client.PostAsync($"{Instances}/{AppClient.Batch}/suspend?reason=stocktaking");
            await Eventually.TrueAsync(async () => (status = (await app.Client.GetInstanceAsync(AppClient.Batch)).Json.Status()) is "Suspended" or "Completed");
        }
    }

    private async Task<List<string>> ListByPagesAsync(string prefix, int size)
    {
        List<string> ids = [];
        for (string? token = null; ;)
        {
            var page = (await app.Client.SendAsync(
                HttpMethod.Get,
                $"{Instances}?instanceIdPrefix={prefix}&top={size}",
                headers: token is null ? [] : [("x-ms-continuation-token", token)])).Expect(HttpStatusCode.OK);
            Assert.InRange(page.Json.GetArrayLength(), 0, size);
            ids.AddRange(page.Json.EnumerateArray().Select(instance => instance.Text("instanceId")!));
            token = page.ContinuationToken;
            if (token is null)
            {
                Assert.Distinct(ids);
                return ids;
            }
        }
    }
}
