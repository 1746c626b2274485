using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Reprocessing.Domain.Retries;

namespace EndToEnd.Tests.Stories;

/// <summary>
/// The acceptance criteria of the dead-letter queue's specification, one story each, over HTTP. What its command line calls
/// <c>--filter</c>, <c>--parallel</c> and <c>--max-retries</c> are members of the request.
/// </summary>
public sealed class Seed002AcceptanceTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    // Every workflow of these orders fails at picking.
    private static readonly (string, string) Doomed = ("WarehouseSimulatedFailures", "doomed:pick");

    [Fact]
    public async Task Retry_reprocesses_all_eligible_items()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(250, change: letter => letter with { Retries = 2 });
        await app.Store.SeedDeadLettersAsync(3, "permanent", letter => letter with { FailureStatus = "item_discontinued" });

        var job = await app.Client.WaitForJobAsync(
            await app.Client.RetryAsync(JobRequests.All, new { waitForOutcome = JobRequests.ByItself, pace = new { parallelism = 50 } }));

        Assert.Equal(("succeeded", 250), (job.Text("state"), job.At("result").Number("successful")));
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 250);
        Assert.Equal(3, (await app.Store.CountStatusesAsync())["dead_letter"]);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Failed_items_are_retried_with_exponential_backoff_by_default()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(storage, clock, Doomed);
        var ids = await app.Store.SeedDeadLettersAsync(4, "doomed");

        var jobId = await app.Client.RetryAsync(JobRequests.All, new { waitForOutcome = true });
        var job = await AdvanceUntilEndedAsync(app, clock, jobId);

        Assert.Equal("completed_with_failures", job.Text("state"));
        foreach (var orderId in ids)
        {
            var attempts = (await app.Store.ReadOrderAsync(orderId)).Attempts.Where(attempt => attempt.RunId == jobId).ToList();
            Assert.Equal(3, attempts.Count);
            for (var retry = 1; retry < attempts.Count; retry++)
            {
                var pause = attempts[retry].RequestedAt - attempts[retry - 1].EndedAt!.Value;
                var expected = RetryStrategy.Default.DelayBefore(retry, orderId);
                Assert.InRange(pause, expected, expected + TimeSpan.FromSeconds(15));
            }
        }

        await app.VerifyAsync();
    }

    [Theory]
    [InlineData("error_type=timeout", "late")]
    [InlineData("errorType = timeout AND failureCount >= 3", "late")]
    [InlineData("$.customer.tier = 'gold'", "gold")]
    [InlineData("customerId STARTSWITH vip AND NOT failureStatus = wave_timeout", "vip")]
    public async Task A_filter_allows_selective_reprocessing(string filter, string selected)
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(5, "late", letter => letter with { FailureStatus = "pick_timeout", Retries = 3 });
        await app.Store.SeedDeadLettersAsync(4, "gold", letter => letter with { Payload = new { customer = new { tier = "gold" } } });
        await app.Store.SeedDeadLettersAsync(3, "vip", letter => letter with { CustomerId = "vip-7", Payload = new { customer = new { tier = "silver" } } });

        var jobId = await app.Client.RetryAsync(JobRequests.Filter(filter));
        var job = await app.Client.WaitForJobAsync(jobId);

        var items = await app.Client.ReadItemsAsync(jobId);
        Assert.Equal("succeeded", job.Text("state"));
        Assert.Equal(app.Store.SeededIds.Where(id => id.StartsWith(selected, StringComparison.Ordinal)).Order(), items.Select(item => item.Text("id")!).Order());
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == items.Count);
        Assert.Equal(12 - items.Count, (await app.Store.CountStatusesAsync())["dead_letter"]);
        await app.VerifyAsync();
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData(2, 2)]
    public async Task Parallel_controls_concurrent_reprocessing_and_is_5_by_default(int? parallelism, int atOnce)
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedLatency", "00:00:00.3"));
        await app.Store.SeedDeadLettersAsync(12);

        var jobId = await app.Client.RetryAsync(
            JobRequests.All, parallelism is null ? new { waitForOutcome = true } : new { waitForOutcome = true, pace = new { parallelism } });
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal("succeeded", job.Text("state"));
        Assert.Equal(atOnce, job.At("pace").Number("parallelism"));
        var attempts = (await app.Store.ReadAllOrdersAsync()).Select(order => Assert.Single(order.Attempts, attempt => attempt.RunId == jobId)).ToList();
        var most = attempts.Max(one => attempts.Count(other => other.RequestedAt <= one.RequestedAt && other.EndedAt > one.RequestedAt));
        Assert.Equal(atOnce, most);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Max_retries_limits_the_attempts_per_item()
    {
        await using var app = await InProcessApp.StartAsync(storage, Doomed);
        // Fewer than open the circuit breaker, which is another story.
        await app.Store.SeedDeadLettersAsync(4, "doomed");

        var jobId = await app.Client.RetryAsync(
            JobRequests.All, new { waitForOutcome = true }, new { maxRetries = 2, retryStrategy = new { strategy = "immediate" } });
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal(("completed_with_failures", 4), (job.Text("state"), job.At("counts").Number("failed")));
        Assert.All(await app.Client.ReadItemsAsync(jobId), item =>
            Assert.Equal((2, "retries_exhausted", "failed"), (item.Number("attempts"), item.Text("reason"), item.Text("state"))));
        Assert.All(await app.Store.ReadAllOrdersAsync(), order => Assert.Equal(2, order.Attempts.Count(attempt => attempt.RunId == jobId)));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Items_that_succeed_leave_the_queue()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(20);
        await app.Store.SeedDeadLettersAsync(7, "left", letter => letter with { CustomerId = "other" });

        var jobId = await app.Client.RetryAsync(JobRequests.Filter("customerId = customer-1"));
        await app.Client.WaitForJobAsync(jobId);

        Assert.Equal(7, (await app.Client.ReadDeadLettersAsync()).Count);
        var resolved = await app.Client.ReadDeadLettersAsync(resolution: "manual_retry");
        Assert.Equal(20, resolved.Count);
        Assert.All(resolved, entry => Assert.Equal((jobId, "manual_retry"), (entry.Text("resolvedBy"), entry.Text("resolution"))));
        var statistics = (await app.Client.GetAsync("/api/statistics/dead-letters")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((27, 7, 20), (statistics.Number("totalEntries"), statistics.Number("unresolvedCount"), statistics.Number("resolvedCount")));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Items_that_fail_after_their_last_retry_stay_in_the_queue_with_updated_metadata()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "doomed:ship"));
        var orderId = Assert.Single(await app.Store.SeedDeadLettersAsync(1, "doomed"));
        var before = (await app.Client.GetAsync($"/api/dead-letters/{orderId}")).Expect(HttpStatusCode.OK).Json;

        var jobId = await app.Client.RetryAsync(
            JobRequests.All, new { waitForOutcome = true }, new { maxRetries = 2, retryStrategy = new { strategy = "immediate" } });
        await app.Client.WaitForJobAsync(jobId);

        var after = (await app.Client.GetAsync($"/api/dead-letters/{orderId}")).Expect(HttpStatusCode.OK).Json;
        Assert.Null(after.TextOrNull("resolution"));
        Assert.Equal((0, 1), (before.Number("reopenCount"), after.Number("reopenCount")));
        Assert.Equal(("picking_failed", "shipping_failed"), (before.Text("finalFailureStatus"), after.Text("finalFailureStatus")));
        Assert.NotEqual(before.Text("fingerprint"), after.Text("fingerprint"));
        Assert.True(after.At("movedToQueueAt").GetDateTimeOffset() > before.At("movedToQueueAt").GetDateTimeOffset());
        Assert.Equal((1, 3), (before.At("retryHistory").GetArrayLength(), after.At("retryHistory").GetArrayLength()));
        Assert.Equal([orderId], (await app.Client.ReadDeadLettersAsync()).Select(entry => entry.Text("orderId")!));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Progress_is_shown_while_a_job_runs()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(150);

        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { itemsPerSecond = 50 } });
        List<JsonElement> seen = [];
        var job = await app.Client.WaitForJobAsync(
            jobId,
            job =>
            {
                seen.AddRange(job.TryGetProperty("progress", out var progress) ? [progress] : []);
                return job.Text("state") == "succeeded";
            });

        var processed = seen.Select(progress => progress.Number("processed")).ToList();
        Assert.Equal(processed.Order(), processed);
        Assert.True(processed.Distinct().Count() >= 4, $"Progress was seen at {string.Join(", ", processed.Distinct())}");
        var halfway = seen.First(progress => progress.Number("processed") is > 20 and < 140);
        Assert.Equal(150, halfway.Number("total"));
        Assert.Equal(halfway.Number("processed") / 1.5, halfway.At("percent").GetDouble(), tolerance: 1);
        // How many a second the machine can do is its own matter, but it is told no more than it may; what is left takes as long as the rate says.
        var rate = halfway.At("ratePerSecond").GetDouble();
        Assert.InRange(rate, 0.1, 50);
        Assert.InRange(halfway.At("etaSeconds").GetDouble() * rate, 1, 155);
        await app.Client.WaitForStatusAsync(job.Text("instanceId")!, "Completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task The_summary_has_counts_and_patterns()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "doomed:pick,lost:ship"));
        await app.Store.SeedDeadLettersAsync(8, "fine");
        await app.Store.SeedDeadLettersAsync(5, "doomed");
        await app.Store.SeedDeadLettersAsync(3, "lost");
        var plan = await app.Client.PlanRetryAsync(JobRequests.All, new { maxRetries = 1 });
        (await app.Client.ResolveAsync("fine-00000", "cancelled")).Expect(HttpStatusCode.OK);

        // More at once than the breaker needs to see a failure between successes.
        var jobId = (await app.Client.ApplyAsync(plan.Text("planId")!, new { waitForOutcome = true, pace = new { parallelism = 100 } }))
            .Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        var job = await app.Client.WaitForJobAsync(jobId);

        var result = job.At("result");
        Assert.Equal((16, 7, 8, 1), (result.Number("totalItems"), result.Number("successful"), result.Number("failed"), result.Number("skipped")));
        Assert.True(result.At("durationSeconds").GetDouble() > 0);
        var patterns = result.At("errorPatterns").EnumerateObject().ToDictionary(pattern => pattern.Name, pattern => pattern.Value.GetInt32());
        var reasons = (await app.Store.ReadAllOrdersAsync()).Where(order => order.Phase == Reprocessing.Domain.Orders.OrderPhase.DeadLetter)
            .GroupBy(order => order.Failure!.Reason).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal([3, 5], reasons.Values.Order());
        Assert.Equal(reasons.OrderBy(pattern => pattern.Key), patterns.OrderBy(pattern => pattern.Key));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task The_events_tell_the_whole_history_of_a_reprocessing()
    {
        await using var app = await InProcessApp.StartAsync(storage, Doomed);
        var orderId = Assert.Single(await app.Store.SeedDeadLettersAsync(1, "doomed"));

        var jobId = await app.Client.RetryAsync(
            JobRequests.All, new { waitForOutcome = true }, new { maxRetries = 2, retryStrategy = new { strategy = "immediate" } });
        await app.Client.WaitForJobAsync(jobId);
        await app.Client.WaitForStatusAsync(jobId, "Completed");

        var audit = await app.Client.ReadAllAsync($"/api/audit-events?pageSize=50&target={jobId}");
        Assert.Equal(["job.created", "job.ended"], audit.Select(told => told.Text("action")!).Where(action => action is "job.created" or "job.ended").Order());
        var created = audit.Single(told => told.Text("action") == "job.created");
        Assert.Equal((JobRequests.Recorded, "The shelves are full again."), (created.Text("actor"), created.Text("reason")));
        var timeline = await app.Client.ReadAllAsync($"/api/orders/{orderId}/timeline?pageSize=100");
        var told = timeline.Where(told => told.TextOrNull("runId") == jobId).ToList();
        Assert.Equal(3, told.Count);
        Assert.Equal("dead_lettered", told[^1].Text("kind"));
        Assert.Equal(2, timeline.Count(told => told.Text("kind") == "failed" && told.Text("workflowId")!.Contains("-g1", StringComparison.Ordinal)));
        Assert.Contains(timeline, told => told.TextOrNull("detail")?.Contains("The shelves are full again.", StringComparison.Ordinal) == true);
        await app.VerifyAsync();
    }

    private static async Task<JsonElement> AdvanceUntilEndedAsync(InProcessApp app, ManualTimeProvider clock, string jobId)
    {
        // The clock must not run ahead of the machine: what is measured by it is how soon the app acts.
        await Waiting.Eventually.TrueAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return (await app.Client.GetJobAsync(jobId)).TryGetProperty("endedAt", out _);
            },
            seen: app.Log.Complaints,
            pause: TimeSpan.FromMilliseconds(50));
        return await app.Client.GetJobAsync(jobId);
    }
}
