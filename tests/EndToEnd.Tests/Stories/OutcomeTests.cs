using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories;

/// <summary>Did it help?</summary>
public sealed class OutcomeTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    private const string PickFails = "The simulated warehouse failed to pick the order.";

    [Fact]
    public async Task What_became_of_each_restarted_order_finds_its_way_to_item_job_and_run()
    {
        await using var app = await InProcessApp.StartAsync(
            storage, ("WarehouseSimulatedFailures", "same:pick,anew:ship"), ("ReprocessingMaxRetries", "1"), ("MaintenanceSchedule", "* * * * * *"));
        await app.Store.SeedDeadLettersAsync(4, "fine");
        await app.Store.SeedDeadLettersAsync(3, "same", letter => letter with { Reason = PickFails });
        await app.Store.SeedDeadLettersAsync(2, "anew");

        var jobId = await app.Client.RetryAsync(JobRequests.All);
        var job = await app.Client.WaitForJobAsync(jobId);
        Assert.Equal(("succeeded", "outcomes_not_awaited", 9), (job.Text("state"), job.Text("stateReason"), job.At("counts").Number("started")));
        await WaitForOutcomesAsync(app, jobId, "succeeded 4, failed_same 3, failed_new 2");

        // What has failed again is restarted by the first run and moved to the queue by the second.
        var firstRun = (await app.Client.RunAsync()).At("customStatus").Text("runId")!;
        await WaitForOutcomesAsync(app, firstRun, "failed_same 5");
        await app.Client.RunAsync();
        await WaitForOutcomesAsync(app, jobId, "succeeded 4, dead_lettered_again 5");

        var outcomes = (await app.Client.GetJobAsync(jobId)).At("outcomes");
        Assert.Equal((0, 4, 0, 0, 5), (
            outcomes.Number("running"), outcomes.Number("succeeded"), outcomes.Number("failedSame"), outcomes.Number("failedNew"), outcomes.Number("deadLetteredAgain")));
        Assert.Equal(5, (await app.Client.GetJobAsync(firstRun)).At("outcomes").Number("deadLetteredAgain"));
        Assert.Contains((await app.Client.GetAsync("/api/jobs")).Json.At("items").EnumerateArray(), listed => listed.Text("jobId") == firstRun);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_job_that_waits_ends_with_the_outcomes_and_tries_an_item_again_before_it_gives_up()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "doomed:pick,second:pick:1"));
        await app.Store.SeedDeadLettersAsync(4, "fine");
        await app.Store.SeedDeadLettersAsync(3, "second");
        await app.Store.SeedDeadLettersAsync(2, "doomed");

        var jobId = await app.Client.RetryAsync(
            JobRequests.All, new { waitForOutcome = true, pace = new { parallelism = 50 } }, new { maxRetries = 3, retryStrategy = new { strategy = "immediate" } });
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal(("completed_with_failures", 7, 2), (job.Text("state"), job.At("counts").Number("succeeded"), job.At("counts").Number("failed")));
        var attempts = (await app.Client.ReadItemsAsync(jobId)).ToLookup(item => item.Text("id")!.Split('-')[0], item => item.Number("attempts"));
        Assert.All(attempts["fine"], count => Assert.Equal(1, count));
        Assert.All(attempts["second"], count => Assert.Equal(2, count));
        Assert.All(attempts["doomed"], count => Assert.Equal(3, count));
        await WaitForOutcomesAsync(app, jobId, "succeeded 7, dead_lettered_again 2");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task An_item_that_takes_too_long_has_timed_out()
    {
        // The warehouse answers nothing until the job has ended, however long that takes.
        var jobHasEnded = new TaskCompletionSource();
        await using var warehouse = await FakeWarehouse.StartAsync(async (_, _) =>
        {
            await jobHasEnded.Task;
            return 200;
        });
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseBaseUrl", warehouse.Address));
        await app.Store.SeedDeadLettersAsync(2);

        var jobId = await app.Client.RetryAsync(JobRequests.All, new { waitForOutcome = true }, new { timeoutPerItemSeconds = 1 });
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal("completed_with_failures", job.Text("state"));
        Assert.All(await app.Client.ReadItemsAsync(jobId), item => Assert.Equal(("failed", "timed_out"), (item.Text("state"), item.Text("reason"))));
        jobHasEnded.SetResult();
        await app.Store.WaitUntilAllAsync("completed");
        await WaitForOutcomesAsync(app, jobId, "succeeded 2");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_group_that_was_done_with_and_is_seen_again_has_regressed()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("ReprocessingMaxRetries", "0"));
        var ids = await app.Store.SeedDeadLettersAsync(3, "same", letter => letter with { Reason = PickFails });
        var group = Assert.Single((await app.Client.GetAsync("/api/failure-groups")).Expect(HttpStatusCode.OK).Json.At("items").EnumerateArray());
        Assert.Equal(("new", 3, 3), (group.Text("state"), group.Number("count"), group.Number("openCount")));
        var path = $"/api/failure-groups/{group.Text("fingerprint")}";

        foreach (var id in ids)
        {
            (await app.Client.ResolveAsync(id, "cancelled")).Expect(HttpStatusCode.OK);
        }

        await WaitForGroupAsync(app, path, "resolved");
        await app.Store.SeedExternalAsync("again");
        var failure = new { failureStatus = "picking_failed", workflowId = "outside-again", reason = PickFails };
        Assert.True((int)(await app.Client.PostAsync("/api/orders/again/failures", failure)).Status < 300);

        // Before it is dead, and after.
        await WaitForGroupAsync(app, path, "regressed");
        await app.Client.RunAsync();
        Assert.Equal("dead_letter", await app.Client.GetOrderStatusAsync("again"));
        await WaitForGroupAsync(app, path, "regressed");
        var archived = await app.Client.SendJsonAsync(HttpMethod.Patch, path, new { state = "archived", note = "Known.", requestedBy = JobRequests.Operator });
        Assert.Equal(("archived", "Known."), (archived.Expect(HttpStatusCode.OK).Json.Text("state"), archived.Json.Text("note")));
        await app.VerifyAsync();
    }

    private static Task WaitForGroupAsync(InProcessApp app, string path, string state)
    {
        var last = string.Empty;
        return Waiting.Eventually.TrueAsync(
            async () =>
            {
                var group = (await app.Client.GetAsync(path)).Expect(HttpStatusCode.OK);
                last = group.Text;
                return group.Json.Text("state") == state;
            },
            seen: () => last);
    }

    private static async Task WaitForOutcomesAsync(InProcessApp app, string jobId, string expected)
    {
        var last = string.Empty;
        await Waiting.Eventually.TrueAsync(
            async () =>
            {
                await app.Client.GetJobAsync(jobId);
                var counts = (await app.Client.ReadItemsAsync(jobId)).GroupBy(item => item.TextOrNull("outcome") ?? "none").ToDictionary(group => group.Key, group => group.Count());
                string[] order = ["none", "running", "succeeded", "failed_same", "failed_new", "dead_lettered_again"];
                last = string.Join(", ", order.Where(counts.ContainsKey).Select(name => $"{name} {counts[name]}"));
                return last == expected;
            },
            seen: () => $"{last}, not {expected}. {app.Log.Complaints()}");
    }
}
