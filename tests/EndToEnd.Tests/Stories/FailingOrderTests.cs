using System.Net;
using EndToEnd.Tests.Hosts;

namespace EndToEnd.Tests.Stories;

/// <summary>An incident is seen and acted on before anything is dead.</summary>
public sealed class FailingOrderTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    [Fact]
    public async Task What_fails_is_listed_counted_and_grouped_and_restarted_with_proof_before_its_time()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("RetryStrategy", "fixed"), ("RetryBaseDelay", "10:00:00"), ("WarehouseSimulatedFailures", "doomed:pick"));
        await FailAsync(app, "fine", 6);
        await FailAsync(app, "doomed", 2);

        var statistics = (await app.Client.GetAsync("/api/statistics/orders")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((8, 0, 8), (statistics.Number("failingCount"), statistics.Number("dueCount"), statistics.Number("waitingCount")));
        var group = Assert.Single(await app.Client.ReadAllAsync("/api/failure-groups?pageSize=10"));
        Assert.Equal((8, 0, "new"), (group.Number("failingCount"), group.Number("openCount"), group.Text("state")));
        var listed = await app.Client.ReadAllAsync($"/api/orders?pageSize=3&filter={Uri.EscapeDataString($"fingerprint = {group.Text("fingerprint")} AND orderId STARTSWITH fine")}");
        Assert.Equal(6, listed.Select(order => order.Text("orderId")).Distinct().Count());
        Assert.All(listed, order => Assert.False(order.TryGetProperty("attempts", out _)));

        var jobId = await StartAsync(app, "restart", new { all = true }, new { maxRetries = 1 });
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal(("completed_with_failures", 6, 2), (job.Text("state"), job.At("counts").Number("succeeded"), job.At("counts").Number("failed")));
        Assert.StartsWith($"reprocess failing restart --from-job {jobId}", job.At("result").At("leftovers").Text("command"), StringComparison.Ordinal);
        // What has failed again is no dead letter: it waits for the runs, and nobody holds it.
        var doomed = await app.Store.ReadOrderAsync("doomed-0");
        Assert.Equal(("picking_failed", 1, null, 0), (doomed.Status, doomed.RetryCount, doomed.Lease, doomed.DeadLetterCount));
        Assert.Equal(6, (await app.Store.CountStatusesAsync())["completed"]);
        var told = (await app.Client.GetAsync("/api/audit-events?target=fine-0")).Json.At("items").EnumerateArray().Select(entry => entry.Text("action"));
        Assert.Equal(["order.restarted"], told.OfType<string>());
        await app.VerifyAsync();
    }

    [Fact]
    public async Task What_is_hopeless_is_moved_or_cancelled_in_bulk_and_what_a_run_has_taken_is_left_alone()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await FailAsync(app, "move", 3);
        await FailAsync(app, "end", 2);
        await FailAsync(app, "taken", 1);
        var plan = (await app.Client.PlanAsync("dead_letter", new { filter = "orderId STARTSWITH move OR orderId STARTSWITH taken" })).Expect(HttpStatusCode.Created).Json;
        var cancel = (await app.Client.PlanAsync("cancel", new { ids = new[] { "end-0", "end-1", "move-0", "nobody" } })).Expect(HttpStatusCode.Created).Json;
        (await app.Client.PostAsync("/api/orders/taken-0/cancel", new { reason = "Not wanted.", requestedBy = JobRequests.Operator })).Expect(HttpStatusCode.OK);

        var moved = await app.Client.WaitForJobAsync((await app.Client.ApplyAsync(plan.Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!);
        var ended = await app.Client.WaitForJobAsync((await app.Client.ApplyAsync(cancel.Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!);

        Assert.Equal((4, 3, 1), (plan.Number("count"), moved.At("counts").Number("succeeded"), moved.At("counts").Number("skipped")));
        Assert.Equal((3, 1), (cancel.Number("count"), cancel.At("ineligibleByReason").Number("not_found")));
        Assert.Equal((2, 1), (ended.At("counts").Number("succeeded"), ended.At("counts").Number("skipped")));
        var statuses = await app.Store.CountStatusesAsync();
        Assert.Equal((3, 3), (statuses["dead_letter"], statuses["cancelled"]));
        var actions = await Task.WhenAll(new[] { "move-1", "end-1" }.Select(async id =>
            (await app.Client.GetAsync($"/api/audit-events?target={id}")).Json.At("items").EnumerateArray().Single().Text("action")));
        Assert.Equal(["order.dead_lettered", "order.cancelled"], actions.OfType<string>());
        await app.VerifyAsync();
    }

    [Theory]
    [InlineData("restart", "movedAt > now-1d", "invalid_filter")]
    [InlineData("cancel", "", "empty_selection")]
    public async Task A_selection_that_means_nothing_of_failing_orders_is_refused(string operation, string filter, string code)
    {
        await using var app = await InProcessApp.StartAsync(storage);

        (await app.Client.PlanAsync(operation, new { filter })).ExpectProblem(HttpStatusCode.BadRequest, code);
    }

    private static async Task FailAsync(InProcessApp app, string prefix, int count)
    {
        foreach (var number in Enumerable.Range(0, count))
        {
            var orderId = $"{prefix}-{number}";
            await app.Store.SeedExternalAsync(orderId);
            var failure = new { failureStatus = "picking_failed", workflowId = $"outside-{orderId}", reason = "The shelf was empty." };
            Assert.True((int)(await app.Client.PostAsync($"/api/orders/{orderId}/failures", failure)).Status < 300);
        }
    }

    private static async Task<string> StartAsync(InProcessApp app, string operation, object selection, object options)
    {
        var plan = (await app.Client.PlanAsync(operation, selection, options)).Expect(HttpStatusCode.Created).Json;
        var job = (await app.Client.ApplyAsync(plan.Text("planId")!, new { waitForOutcome = true })).Expect(HttpStatusCode.Accepted);
        return job.Json.Text("jobId")!;
    }
}
