using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Reprocessing.Functions.Maintenance;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class RetentionTests(Hosts.Storage storage)
{
    private const int Done = 12;

    private static readonly (string, string)[] Settings =
    [
        ("WarehouseSimulatedFailures", "doomed:pick"),
        ("WarehouseSimulatedLatency", "00:00:00.1"),
        ("RetentionRunDays", "90"),
        ("RetentionAuditDays", "90"),
    ];

    [Fact]
    public async Task What_has_ended_long_ago_goes_and_nothing_that_is_alive_is_touched()
    {
        await using var first = await InProcessApp.StartAsync(storage, Settings);
        await first.Store.SeedFailedAsync(Done, "done");
        await first.Store.SeedFailedAsync("doomed-1");
        var runId = (await first.Client.RunAsync()).At("customStatus").Text("runId")!;
        await first.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == Done && statuses.GetValueOrDefault("picking_failed") == 1);
        var letters = await first.Store.SeedDeadLettersAsync(6, "held");
        var ended = await first.Client.RetryAsync(new { ids = letters.Take(2) });
        await first.Client.WaitForJobAsync(ended);
        await first.Client.WaitForOrderAsync(letters[0], "completed");
        await first.Client.WaitForOrderAsync(letters[1], "completed");
        var paused = await first.Client.RetryAsync(new { ids = letters.Skip(2) }, new { waitForOutcome = true, pace = new { parallelism = 1 } });
        await first.Client.WaitForJobAsync(paused, job => job.Processed() >= 1);
        (await first.Client.PauseAsync(paused)).Expect(HttpStatusCode.Accepted);
        await first.Client.WaitForRestAsync(paused);
        var oldPlan = (await first.Client.PlanRetryAsync(JobRequests.All)).Text("planId")!;

        await using var app = await first.RestartAsync(new LaterClock(TimeSpan.FromDays(100)), Settings);
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("young-1"))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("young-1", "completed");
        var youngPlan = (await app.Client.PlanRetryAsync(JobRequests.All)).Text("planId")!;
        for (var tick = 0; tick < 3; tick++)
        {
            await app.TickAsync(nameof(MaintenanceTimer));
        }

        var heldByJob = (await app.Client.ReadItemsAsync(paused, "succeeded"))[0].Text("id")!;
        foreach (var orderId in Enumerable.Range(0, Done).Select(number => $"done-{number:D5}").Append(letters[0]))
        {
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, "completed"), await LookAsync(app, orderId));
        }

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, "picking_failed"), await LookAsync(app, "doomed-1"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, "completed"), await LookAsync(app, "young-1"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, "completed"), await LookAsync(app, heldByJob));
        Assert.Equal(
            [(ended, HttpStatusCode.NotFound), (paused, HttpStatusCode.OK)], [await JobAsync(app, ended), await JobAsync(app, paused)]);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetInstanceAsync(ended)).Status);
        Assert.Equal("Running", (await app.Client.GetInstanceAsync(paused)).Json.Text("runtimeStatus"));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync($"/api/plans/{oldPlan}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.Client.GetAsync($"/api/plans/{youngPlan}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync($"/api/reprocessing/runs/{runId}")).Status);
        Assert.All(
            await app.Client.ReadAllAsync("/api/audit-events?pageSize=100"),
            told => Assert.True(told.At("at").GetDateTimeOffset() > app.Store.Now.AddDays(5), told.ToString()));
        Assert.Equal(6, (await app.Client.ReadDeadLettersAsync(resolution: "any")).Count);

        (await app.Client.ResumeAsync(paused)).Expect(HttpStatusCode.Accepted);
        var job = await app.Client.WaitForJobAsync(paused);
        Assert.Equal(("succeeded", 4), (job.Text("state"), job.At("counts").Number("succeeded")));
    }

    /// <summary>Such a workflow has ended long ago as far as the task hub can tell, and nothing but the reset's own rows brings it back.</summary>
    [Fact]
    public async Task An_instance_that_an_unfinished_reset_names_stays_until_the_reset_is_finished()
    {
        await using var first = await InProcessApp.StartAsync(storage);
        var points = new LoyaltyPoints(first.Client, customers: 2);
        var (halfReset, ended) = (LoyaltyPoints.InstanceOf("c0000"), LoyaltyPoints.InstanceOf("c0001"));
        await points.EarnAsync(purchases: 2);
        await points.SpendAllByMistakeAsync();
        (await first.Client.PostAsync($"{AppClient.Management}/{ended}/terminate")).Expect(HttpStatusCode.Accepted);
        await first.Client.WaitForStatusAsync(ended, "Terminated");
        first.Tap.Fail(StorageRequests.IsResetCapture, status: 400);
        var plan = (await first.Client.PlanAsync(
            "reset", new { ids = new[] { halfReset } }, new { type = "FirstWorkflowTask", reapply = new { exclude = new[] { "PointsSpent" } } })).Expect(HttpStatusCode.Created);
        var jobId = (await first.Client.ApplyAsync(plan.Json.Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        Assert.Equal("completed_with_failures", (await first.Client.WaitForJobAsync(jobId)).Text("state"));

        await using var app = await first.RestartAsync(new LaterClock(TimeSpan.FromDays(100)));
        app.Tap.Fail(StorageRequests.IsResetCapture, status: 400);
        await app.TickAsync(nameof(MaintenanceTimer));

        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetInstanceAsync(ended)).Status);
        Assert.Equal("Terminated", (await app.Client.GetInstanceAsync(halfReset)).Json.Text("runtimeStatus"));
        Assert.Equal((jobId, HttpStatusCode.OK), await JobAsync(app, jobId));

        app.Tap.Clear();
        await app.TickAsync(nameof(MaintenanceTimer));
        await app.Client.WaitForStatusAsync(halfReset, "Running");
        await new LoyaltyPoints(app.Client, customers: 1).WaitForAllAsync(500);
        Assert.Equal((2, 1), (app.StartsOf(halfReset), app.StartsOf(ended)));
    }

    /// <returns>Of an order: its last workflow in the task hub and in the index, and its own status.</returns>
    private static async Task<(HttpStatusCode Instance, HttpStatusCode Indexed, string? Status)> LookAsync(InProcessApp app, string orderId)
    {
        var order = await app.Store.ReadOrderAsync(orderId);
        return (
            (await app.Client.GetInstanceAsync(order.WorkflowId!)).Status is HttpStatusCode.NotFound ? HttpStatusCode.NotFound : HttpStatusCode.OK,
            (await app.Client.GetAsync($"/api/workflows/{order.WorkflowId}")).Status,
            order.Status);
    }

    private static async Task<(string, HttpStatusCode)> JobAsync(InProcessApp app, string jobId) =>
        (jobId, (await app.Client.GetAsync($"/api/jobs/{jobId}")).Status);

    /// <summary>Goes as fast as time does, so much later.</summary>
    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
