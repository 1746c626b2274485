using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories.OnTheHost;

[Collection(Hosts.Storage.Name)]
[Trait("Category", "Host")]
public sealed class ManagementApiTests(Hosts.Storage storage)
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";

    [Fact]
    public async Task The_workflows_of_a_run_are_listed_by_prefix_and_status_page_by_page()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "bad:pick"));
        await app.Store.SeedFailedAsync(7, prefix: "good");
        await app.Store.SeedFailedAsync(3, prefix: "bad");
        await app.Client.RunAsync();
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 7 && statuses.GetValueOrDefault("picking_failed") == 3);
        await app.Client.WaitForNoneAsync($"{Instances}?instanceIdPrefix=order-fulfillment-&runtimeStatus=Running");

        var completed = (await app.Client.GetAsync($"{Instances}?instanceIdPrefix=order-fulfillment-&runtimeStatus=Completed")).Json;
        Assert.Equal(7, completed.GetArrayLength());
        Assert.All(completed.EnumerateArray(), instance => Assert.StartsWith("order-fulfillment-good", instance.Text("instanceId"), StringComparison.Ordinal));
        var failed = (await app.Client.GetAsync($"{Instances}?instanceIdPrefix=order-fulfillment-&runtimeStatus=Failed&top=100")).Json;
        Assert.Equal(3, failed.GetArrayLength());
        Assert.All(failed.EnumerateArray(), instance => Assert.Contains("picking_failed", instance.Text("output"), StringComparison.Ordinal));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task The_history_of_a_run_can_be_read()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync(2);
        await app.Client.RunAsync();

        var batch = (await app.Client.GetInstanceAsync(AppClient.Batch, "?showHistory=true&showHistoryOutput=true")).Expect(HttpStatusCode.OK).Json;

        var events = batch.At("historyEvents").EnumerateArray().ToList();
        Assert.Equal("ExecutionStarted", events[0].Text("EventType"));
        Assert.Equal("ReprocessingBatchOrchestrator", events[0].Text("FunctionName"));
        Assert.Contains(events, told => told.Text("EventType") == "SubOrchestrationInstanceCompleted" && told.At("Result").Number("restartedCount") == 2);
        Assert.Equal("ExecutionCompleted", events[^1].Text("EventType"));
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_suspended_run_waits_for_its_resume_and_a_terminated_one_makes_way_for_the_next()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync(5);
        using var hold = app.Tap.HoldBack(StorageRequests.IsRestart);
        await app.Client.StartRunAsync();
        await hold.Reached;

        (await app.Client.PostAsync($"{Instances}/{AppClient.Batch}/suspend?reason=stocktaking")).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForStatusAsync(AppClient.Batch, "Suspended");
        (await app.Client.StartRunAsync()).Expect(HttpStatusCode.Conflict);
        (await app.Client.PostAsync($"{Instances}/{AppClient.Batch}/resume?reason=done")).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForStatusAsync(AppClient.Batch, "Running");
        (await app.Client.PostAsync($"{Instances}/{AppClient.Batch}/terminate?reason=enough")).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForStatusAsync(AppClient.Batch, "Terminated");
        hold.Release();
        await app.Store.WaitUntilAllAsync("completed");

        Assert.Equal("Completed", (await app.Client.RunAsync()).Status());
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_finished_workflow_is_purged_and_then_unknown()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("gone-1"))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("gone-1", "completed");
        await app.Client.WaitForStatusAsync("order-fulfillment-gone-1", "Completed");

        var purged = (await app.Client.SendAsync(HttpMethod.Delete, $"{Instances}/order-fulfillment-gone-1")).Expect(HttpStatusCode.OK);

        Assert.Equal(1, purged.Json.Number("instancesDeleted"));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetInstanceAsync("order-fulfillment-gone-1")).Status);
    }

    [Fact]
    public async Task What_nobody_knows_is_a_404()
    {
        await using var app = await InProcessApp.StartAsync(storage);

        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetInstanceAsync("nobody")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.PostAsync($"{Instances}/nobody/terminate")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.PostAsync($"{Instances}/nobody/raiseEvent/x", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync("/api/nowhere")).Status);
    }
}
