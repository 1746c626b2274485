using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

public sealed class ResetTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    private const string Reason = "Sev2: id.1259";
    private const string Query = "WorkflowType='LoyaltyProgram'";

    private static readonly object WithoutMistake = new { type = "FirstWorkflowTask", reapply = new { exclude = new[] { "PointsSpent" } } };

    [Fact]
    public async Task Points_that_were_spent_by_mistake_are_back_after_one_reset()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var points = new LoyaltyPoints(app.Client, customers: 12);
        await points.EarnAsync(purchases: 5);
        await points.SpendAllByMistakeAsync();

        var plan = (await app.Client.PlanAsync("reset", JobRequests.Filter(Query), WithoutMistake)).Expect(HttpStatusCode.Created).Json;
        Assert.Equal((12, 0), (plan.Number("count"), plan.Number("ineligibleCount")));
        var planned = await app.Client.ReadPlanItemsAsync(plan.Text("planId")!);
        Assert.Equal(points.Customers.Select(LoyaltyPoints.InstanceOf), planned.Select(item => item.Text("id")));
        Assert.Equal(0, await points.PointsOfAsync("c0003"));

        var job = await ApplyAsync(app.Client, plan.Text("planId")!);

        Assert.Equal("succeeded", job.Text("state"));
        await points.WaitForAllAsync(500);
        var items = await app.Client.ReadItemsAsync(job.Text("jobId")!);
        Assert.Equal(planned.Select(item => item.Text("id")), items.Select(item => item.Text("id")));
        foreach (var customer in points.Customers)
        {
            var workflow = await points.IndexedAsync(customer);
            Assert.Equal((Reason, job.Text("jobId")), (workflow.Text("resetReason"), workflow.Text("resetJobId")));
            Assert.Equal(LoyaltyPoints.InstanceOf(customer), workflow.Text("previousInstance"));
        }

        var told = (await app.Client.GetAsync($"/api/audit-events?target={LoyaltyPoints.InstanceOf("c0003")}")).Json.At("items")[0];
        Assert.Equal(("workflow.reset", Reason, JobRequests.Recorded), (told.Text("action"), told.Text("reason"), told.Text("actor")));
        await points.SendAsync("c0003", "earned", "purchase-6", 20);
        await Eventually.TrueAsync(async () => await points.PointsOfAsync("c0003") == 520);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_workflow_that_has_continued_as_new_goes_back_to_its_last_continuation()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("SamplesLoyaltyEventsPerRun", "5"));
        var points = new LoyaltyPoints(app.Client, customers: 1);
        await points.EarnAsync(purchases: 5);
        await Eventually.TrueAsync(async () => (await points.IndexedAsync("c0000")).Number("continuations") == 1);
        await points.SendAsync("c0000", "earned", "purchase-6", 7);
        await points.SendAsync("c0000", "spent", "aaron-was-here", 500);
        await points.WaitForAllAsync(7);

        Assert.Equal("events_unknown", await ReasonAsync(app.Client, WithoutMistake));
        Assert.Equal("no_checkpoint", await ReasonAsync(app.Client, new { type = "LastWorkflowTask" }));
        var options = new { type = "LastContinuedAsNew", reapply = new { exclude = new[] { "PointsSpent" } } };
        var plan = (await app.Client.PlanAsync("reset", JobRequests.Filter(Query), options)).Json;
        Assert.Equal("succeeded", (await ApplyAsync(app.Client, plan.Text("planId")!)).Text("state"));

        await points.WaitForAllAsync(507);
        Assert.Equal(1, (await points.IndexedAsync("c0000")).Number("continuations"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Workflows_that_operators_have_suspended_or_terminated_run_again_with_their_events()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var points = new LoyaltyPoints(app.Client, customers: 2);
        await points.EarnAsync(purchases: 2);
        await points.SpendAllByMistakeAsync();
        var (suspended, terminated) = (LoyaltyPoints.InstanceOf("c0000"), LoyaltyPoints.InstanceOf("c0001"));
        (await app.Client.PostAsync($"/runtime/webhooks/durabletask/instances/{suspended}/suspend")).Expect(HttpStatusCode.Accepted);
        (await app.Client.PostAsync($"/runtime/webhooks/durabletask/instances/{terminated}/terminate")).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForStatusAsync(suspended, "Suspended");
        await app.Client.WaitForStatusAsync(terminated, "Terminated");

        var plan = (await app.Client.PlanAsync("reset", new { ids = new[] { suspended, terminated } }, WithoutMistake)).Expect(HttpStatusCode.Created).Json;
        Assert.Equal(2, plan.Number("count"));
        Assert.Equal("succeeded", (await ApplyAsync(app.Client, plan.Text("planId")!)).Text("state"));

        await points.WaitForAllAsync(500);
        foreach (var instanceId in (string[])[suspended, terminated])
        {
            await app.Client.WaitForStatusAsync(instanceId, "Running");
            Assert.Equal(["PointsEarned purchase-1", "PointsEarned purchase-2"], await EventsAsync(app.Client, instanceId));
        }

        Assert.Equal((2, 2), (app.StartsOf(suspended), app.StartsOf(terminated)));
    }

    [Fact]
    public async Task Orders_are_reset_to_their_beginning_or_their_last_stage_and_tell_why()
    {
        await using var app = await WithOneFailedOrderAsync();

        var plan = (await app.Client.PlanAsync(
            "reset", JobRequests.Filter("WorkflowType = 'OrderFulfillment'"), new { type = "LastWorkflowTask" })).Expect(HttpStatusCode.Created).Json;
        Assert.Equal((1, 2), (plan.Number("count"), plan.At("ineligibleByReason").Number("completed")));
        var job = await ApplyAsync(app.Client, plan.Text("planId")!, new { reason = Reason, waitForOutcome = true });

        Assert.Equal(("succeeded", 1), (job.Text("state"), job.At("counts").Number("succeeded")));
        await app.Client.WaitForOrderAsync("bad-1", "completed");
        var item = Assert.Single(await app.Client.ReadItemsAsync(job.Text("jobId")!, "succeeded"));
        Assert.Equal(("order-fulfillment-bad-1", "order-fulfillment-bad-1-g1"), (item.Text("id"), item.Text("workflowId")));
        await Eventually.TrueAsync(async () => (await app.Client.GetJobAsync(job.Text("jobId")!)).At("outcomes").Number("succeeded") == 1);
        var timeline = (await app.Client.ReadAllAsync("/api/orders/bad-1/timeline?pageSize=100")).Where(told => told.Text("kind") is "reset" or "stage_completed").ToList();
        Assert.Equal(
            ["validate", "plan", "pick", "pack", "LastWorkflowTask: Sev2: id.1259", "ship"],
            timeline.Select(told => told.TextOrNull("stage") ?? told.TextOrNull("detail")));
        var points = new LoyaltyPoints(app.Client, 0);
        Assert.Equal("order-fulfillment-bad-1-g1", (await points.WorkflowAsync("order-fulfillment-bad-1")).Text("nextInstance"));
        Assert.Equal(Reason, (await points.WorkflowAsync("order-fulfillment-bad-1-g1")).Text("resetReason"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task What_cannot_be_meant_is_refused_before_anything_is_planned()
    {
        await using var app = await InProcessApp.StartAsync(storage);

        var type = (await app.Client.PlanAsync("reset", JobRequests.Filter(Query), new { type = "WorkflowExecutionSignaled" }))
            .ExpectProblem(HttpStatusCode.BadRequest, "invalid_options");
        Assert.Contains("FirstWorkflowTask, LastWorkflowTask, LastContinuedAsNew", type.Text, StringComparison.Ordinal);
        var query = (await app.Client.PlanAsync("reset", JobRequests.Filter("WorkflowType = 'LoyaltyProgram' AND"), WithoutMistake))
            .ExpectProblem(HttpStatusCode.BadRequest, "invalid_filter");
        Assert.Equal(36, query.Json.At("errors")[0].Number("column"));
        (await app.Client.PlanAsync("reset", JobRequests.All, WithoutMistake)).ExpectProblem(HttpStatusCode.BadRequest, "invalid_body");

        var plan = (await app.Client.PlanAsync("reset", JobRequests.Filter("WorkflowType = 'Nothing'"), WithoutMistake)).Expect(HttpStatusCode.Created).Json;
        Assert.Equal(0, plan.Number("count"));
        (await app.Client.ApplyAsync(plan.Text("planId")!)).ExpectProblem(HttpStatusCode.Conflict, "nothing_to_do");
        var byIds = (await app.Client.PlanAsync("reset", new { idsText = "id\nloyalty-x\nloyalty-y", excludeText = "loyalty-y" }, WithoutMistake)).Json;
        Assert.Equal((0, 1), (byIds.Number("count"), byIds.At("ineligibleByReason").Number("not_found")));
    }

    [Fact]
    public async Task The_sample_is_not_there_unless_it_is_wanted()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("SamplesEnabled", "false"));

        (await app.Client.GetAsync("/api/samples/loyalty/c1")).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await app.Client.PostAsync("/api/samples/loyalty/c1/points", new { purchaseId = "p", points = 1 })).ExpectProblem(HttpStatusCode.NotFound, "not_found");
    }

    /// <summary>And two that are completed; the warehouse has been mended since.</summary>
    private async Task<InProcessApp> WithOneFailedOrderAsync()
    {
        await using var broken = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "bad:ship"));
        foreach (var orderId in (string[])["bad-1", "good-1", "good-2"])
        {
            (await broken.Client.PostAsync("/api/orders", SampleOrders.Small(orderId))).Expect(HttpStatusCode.Created);
        }

        await broken.Client.WaitForOrderAsync("bad-1", "shipping_failed");
        await broken.Client.WaitForOrderAsync("good-1", "completed");
        await broken.Client.WaitForOrderAsync("good-2", "completed");
        return await broken.RestartAsync();
    }

    /// <summary>The events that the history has, in their order, each as often as it came.</summary>
    private static async Task<IReadOnlyList<string>> EventsAsync(AppClient client, string instanceId)
    {
        var history = (await client.GetInstanceAsync(instanceId, "?showHistory=true&showInput=true")).Json.At("historyEvents");
        return [.. history.EnumerateArray()
            .Where(told => told.Text("EventType") == "EventRaised")
            .Select(told => $"{told.Text("Name")} {JsonDocument.Parse(told.Text("Input")!).RootElement.Text("purchaseId")}")];
    }

    private static async Task<JsonElement> AuditAsync(AppClient client, string customer) =>
        (await client.GetAsync($"/api/audit-events?target={LoyaltyPoints.InstanceOf(customer)}")).Expect(HttpStatusCode.OK).Json.At("items");

    private static async Task<string?> ReasonAsync(AppClient client, object options)
    {
        var plan = (await client.PlanAsync("reset", JobRequests.Filter(Query), options)).Expect(HttpStatusCode.Created).Json;
        return plan.At("ineligibleByReason").EnumerateObject().Single().Name;
    }

    private static async Task<ApiResponse> StartAsync(AppClient client, string planId, object? job = null) =>
        (await client.ApplyAsync(planId, job ?? new { reason = Reason })).Expect(HttpStatusCode.Accepted);

    private static async Task<JsonElement> ApplyAsync(AppClient client, string planId, object? job = null)
    {
        var jobId = (await StartAsync(client, planId, job)).Json.Text("jobId")!;
        return await client.WaitForJobAsync(jobId);
    }
}
