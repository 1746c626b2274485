using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Reprocessing.Cli.Terminal;

namespace EndToEnd.Tests.Stories;

/// <summary>What a job says at its end is what is known, and a job that has ended holds nothing.</summary>
public sealed class JobEndTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    [Fact]
    public async Task A_retry_tells_what_became_of_its_orders_and_one_that_is_told_not_to_wait_that_it_has_started_them()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "doomed:pick"));
        await app.Store.SeedDeadLettersAsync(4, "fine");
        var doomed = await app.Store.SeedDeadLettersAsync(2, "doomed");

        var jobId = await app.Client.RetryAsync(JobRequests.All, new { waitForOutcome = JobRequests.ByItself }, new { maxRetries = 1 });
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal(("completed_with_failures", 4, 2), (job.Text("state"), job.At("counts").Number("succeeded"), job.At("counts").Number("failed")));
        var result = job.At("result");
        Assert.Equal(("The simulated warehouse failed to pick the order.", 2), Assert.Single(result.At("errorPatterns").EnumerateObject().Select(one => (one.Name, one.Value.GetInt32()))));
        Assert.Equal(["job.created", "job.started", "job.ended"], result.At("timeline").EnumerateArray().Select(told => told.Text("action")!));
        Assert.Equal((0, 2), (result.At("leftovers").Number("pending"), result.At("leftovers").Number("failed")));

        string[] command = [.. result.At("leftovers").Text("command")!.Split(" --reason ")[0].Split(' ').Skip(1), "--reason", "The rest of it."];
        var rest = (await CommandLineRun.RunAsync(app.Client, [.. command, "--wait-for-outcome", "false", "--wait", "--yes", "-o", "json"])).Expect(ExitCode.Ok).Json;
        Assert.Equal(("succeeded", "outcomes_not_awaited"), (rest.Text("state"), rest.Text("stateReason")));
        Assert.Equal((2, 0, 2), (rest.At("counts").Number("found"), rest.At("counts").Number("succeeded"), rest.At("counts").Number("started")));
        Assert.Equal(doomed.Order(), (await app.Client.ReadItemsAsync(rest.Text("jobId")!, "started")).Select(item => item.Text("id")!).Order());
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("picking_failed") == 2);
        await app.VerifyAsync();
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("pause resume cancel")]
    [InlineData("terminate")]
    public async Task A_job_that_has_ended_holds_nothing_and_the_next_plan_takes_up_all_that_is_left(string end)
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedLatency", "00:00:00.2"), ("MaintenanceSchedule", "* * * * * *"));
        await app.Store.SeedDeadLettersAsync(40);
        var jobId = await app.Client.RetryAsync(JobRequests.All, new { waitForOutcome = JobRequests.ByItself, ramp = new[] { 1, 5 } });
        await app.Client.WaitForJobAsync(jobId, job => job.Processed() >= 1);
        var held = (await app.Client.PlanRetryAsync(JobRequests.All)).At("ineligibleByReason").Number("leased");

        foreach (var demand in end.Split(' '))
        {
            var path = demand == "terminate" ? $"/runtime/webhooks/durabletask/instances/{jobId}/terminate" : $"/api/jobs/{jobId}/{demand}";
            (await app.Client.PostAsync(path, new { requestedBy = JobRequests.Operator })).Expect(HttpStatusCode.Accepted);
        }

        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal(end == "terminate" ? "failed" : "canceled", job.Text("state"));
        Assert.InRange(held, 1, 39);
        Assert.All(await app.Store.ReadAllOrdersAsync(), order => Assert.Null(order.Lease));
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("dead_letter") + statuses.GetValueOrDefault("completed") == 40);
        var left = (await app.Store.CountStatusesAsync())["dead_letter"];
        var next = await app.Client.PlanRetryAsync(new { fromJob = jobId, states = new[] { "pending", "failed" } });
        Assert.Equal((left, 0), (next.Number("count"), next.At("ineligibleByReason").TryGetProperty("leased", out _) ? 1 : 0));
        await app.VerifyAsync();
    }
}
