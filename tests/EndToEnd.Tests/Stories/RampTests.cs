using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories;

/// <summary>Start with one, then five, then the rest; and stop when it does not help.</summary>
public sealed class RampTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    [Fact]
    public async Task A_ramp_goes_on_as_long_as_its_steps_succeed()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(60);

        var jobId = await app.Client.RetryAsync(JobRequests.All, new { waitForOutcome = JobRequests.ByItself, ramp = new[] { 1, 5, 20 }, pace = new { parallelism = 20 } });
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal(("succeeded", 60), (job.Text("state"), job.At("counts").Number("succeeded")));
        await app.Store.WaitUntilAllAsync("completed");
        var attempts = (await app.Store.ReadAllOrdersAsync())
            .Select(order => Assert.Single(order.Attempts, attempt => attempt.RunId == jobId))
            .OrderBy(attempt => attempt.RequestedAt)
            .ToList();
        foreach (var upTo in new[] { 1, 6, 26 })
        {
            Assert.True(
                attempts.Take(upTo).Max(attempt => attempt.EndedAt) <= attempts[upTo].RequestedAt,
                $"Item {upTo + 1} was begun before the {upTo} of the steps before it had ended.");
        }

        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_ramp_whose_step_fails_too_often_pauses_by_itself_and_goes_on_when_it_is_told_to()
    {
        // The first step's one item is picked, of the second step's five three are not, and all are after that.
        var picks = 0;
        await using var warehouse = await FakeWarehouse.StartAsync(
            (path, _) => path.EndsWith("/pick", StringComparison.Ordinal) && Interlocked.Increment(ref picks) is >= 2 and <= 4 ? 409 : 200);
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseBaseUrl", warehouse.Address));
        await app.Store.SeedDeadLettersAsync(40);

        var jobId = await app.Client.RetryAsync(
            JobRequests.All, new { waitForOutcome = JobRequests.ByItself, ramp = new[] { 1, 5, 20 }, failureThreshold = 0.5, pace = new { parallelism = 20 } }, new { maxRetries = 1 });
        var paused = await app.Client.WaitForJobStateAsync(jobId, "paused");

        Assert.Equal("ramp_threshold", paused.Text("stateReason"));
        Assert.Equal(6, picks);
        Assert.Equal((6, 34), (paused.At("counts").Number("found"), paused.At("counts").Number("pending")));
        Assert.Equal(34, (await app.Client.ReadItemsAsync(jobId, "pending")).Count);
        (await app.Client.ResumeAsync(jobId)).Expect(HttpStatusCode.Accepted);
        var job = await app.Client.WaitForJobAsync(jobId);
        Assert.Equal(("completed_with_failures", 37, 3), (job.Text("state"), job.At("counts").Number("succeeded"), job.At("counts").Number("failed")));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_job_whose_items_keep_failing_stops_by_itself_and_leaves_the_rest_untouched()
    {
        var clock = new Waiting.ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(storage, clock, ("WarehouseSimulatedFailures", "dead:pick"));
        await app.Store.SeedDeadLettersAsync(60);

        var jobId = await app.Client.RetryAsync(JobRequests.All, new { waitForOutcome = true, pace = new { parallelism = 2 } }, new { maxRetries = 1 });
        await Waiting.Eventually.TrueAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return (await app.Client.GetJobAsync(jobId)).TryGetProperty("endedAt", out _);
            },
            seen: app.Log.Complaints);

        var job = await app.Client.GetJobAsync(jobId);
        Assert.Equal(("failed", "circuit_open"), (job.Text("state"), job.Text("stateReason")));
        var failed = job.At("counts").Number("failed");
        Assert.InRange(failed, 7, 20);
        var untouched = await app.Client.ReadItemsAsync(jobId, "pending");
        Assert.Equal(60 - failed, untouched.Count);
        Assert.Equal(60, (await app.Store.CountStatusesAsync())["dead_letter"]);
        var orders = await app.Store.ReadAllOrdersAsync();
        Assert.Equal(failed, orders.Count(order => order.Attempts.Any(attempt => attempt.RunId == jobId)));
        await app.VerifyAsync();
    }
}
