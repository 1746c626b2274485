using System.Net;
using System.Text.RegularExpressions;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories;

public sealed partial class TwoJobsTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    [Fact]
    public async Task Two_jobs_run_side_by_side_on_different_orders()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var left = await app.Store.SeedDeadLettersAsync(120, "left");
        var right = await app.Store.SeedDeadLettersAsync(120, "right");
        var slow = new { pace = new { parallelism = 5, itemsPerSecond = 4 } };

        var first = await app.Client.RetryAsync(new { ids = left }, slow);
        var second = await app.Client.RetryAsync(new { ids = right }, slow);
        await app.Client.WaitForJobStateAsync(first, "running");
        await app.Client.WaitForJobStateAsync(second, "running");
        (await app.Client.SetPaceAsync(first, new { itemsPerSecond = 0 })).Expect(HttpStatusCode.OK);
        (await app.Client.SetPaceAsync(second, new { itemsPerSecond = 0 })).Expect(HttpStatusCode.OK);
        var ended = await Task.WhenAll(app.Client.WaitForJobAsync(first), app.Client.WaitForJobAsync(second));

        Assert.All(ended, job => Assert.Equal(("succeeded", 120), (job.Text("state"), job.At("counts").Number("started"))));
        var (one, other) = (ended[0], ended[1]);
        Assert.True(one.At("endedAt").GetDateTimeOffset() > other.At("startedAt").GetDateTimeOffset(), "They ran one after the other.");
        Assert.Equal(left, (await app.Client.ReadItemsAsync(first)).Select(item => item.Text("id")!).Order());
        Assert.Equal(right, (await app.Client.ReadItemsAsync(second)).Select(item => item.Text("id")!).Order());
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Of_two_jobs_over_the_same_orders_the_second_leaves_alone_what_the_first_holds()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(60);
        var plans = new[] { await app.Client.PlanRetryAsync(JobRequests.All), await app.Client.PlanRetryAsync(JobRequests.All) };
        var first = (await app.Client.ApplyAsync(plans[0].Text("planId")!, new { pace = new { itemsPerSecond = 10 } })).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        await app.Client.WaitForJobAsync(first, job => job.Processed() >= 5);
        (await app.Client.PauseAsync(first)).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForRestAsync(first);
        // The few that were begun come to their end first: what is compared below are the others.
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("dead_letter") + statuses.GetValueOrDefault("completed") == 60);
        var before = await ReadDeadLettersAsync(app);

        var second = (await app.Client.ApplyAsync(plans[1].Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        var over = await app.Client.WaitForJobAsync(second);
        var reasons = (await app.Client.ReadItemsAsync(second)).GroupBy(item => item.Text("reason")).ToDictionary(group => group.Key!, group => group.Count());
        var taken = (await app.Client.ReadItemsAsync(first, "started")).Count;

        Assert.Equal((60, 60), (over.At("counts").Number("found"), over.At("counts").Number("skipped")));
        Assert.Equal(60 - taken, reasons["leased"]);
        Assert.Equal(taken, reasons["changed_since_plan"]);
        Assert.Equal(before, await ReadDeadLettersAsync(app));
        (await app.Client.ResumeAsync(first)).Expect(HttpStatusCode.Accepted);
        (await app.Client.SetPaceAsync(first, new { itemsPerSecond = 0 })).Expect(HttpStatusCode.OK);
        var job = await app.Client.WaitForJobAsync(first);
        Assert.Equal(("succeeded", 60), (job.Text("state"), job.At("counts").Number("started")));
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    /// <summary>Without what changes with the end of a lease: the first job may make its own last longer.</summary>
    private static async Task<IReadOnlyList<string>> ReadDeadLettersAsync(InProcessApp app) =>
        [.. (await app.Store.ReadOrderRowsAsync())
            .Where(row => row.Contains("dead_letter", StringComparison.Ordinal))
            .Select(row => LeaseEnd().Replace(row, string.Empty))
            .Order(StringComparer.Ordinal)];

    [GeneratedRegex("\"until\":\"[^\"]*\"|(Timestamp|odata.etag)=[^,]*")]
    private static partial Regex LeaseEnd();
}
