using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories;

/// <summary>Stop it now: within 2 seconds or 100 items, told by the moments at which orders were taken up.</summary>
public sealed class JobControlTests(Hosts.Storage storage, ITestOutputHelper output) : IClassFixture<Hosts.Storage>
{
    private const int MostItems = 100;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task Pause_stops_a_job_and_resume_finishes_it(int itemsPerSecond)
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(700);
        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { parallelism = 5, itemsPerSecond } });
        await UntilProcessedAsync(app, jobId, 50);

        var demanded = app.Store.Now;
        (await app.Client.PauseAsync(jobId)).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForJobStateAsync(jobId, "paused");
        var taken = await UntilNothingIsUnderWayAsync(app, jobId);
        (await app.Client.PauseAsync(jobId)).Expect(HttpStatusCode.Accepted);
        (await app.Client.SetPaceAsync(jobId, new { itemsPerSecond = 0 })).Expect(HttpStatusCode.OK);
        var resumed = app.Store.Now;
        (await app.Client.ResumeAsync(jobId)).Expect(HttpStatusCode.Accepted);
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.InRange(taken, 50, 699);
        Assert.Equal(("succeeded", 700), (job.Text("state"), job.At("counts").Number("started")));
        await AssertStoppedSoonAsync(app, jobId, demanded, resumed);
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Cancel_ends_a_job_and_what_it_did_not_reach_is_as_before()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(700);
        var before = (await app.Store.ReadAllOrdersAsync()).ToDictionary(order => order.OrderId);
        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { parallelism = 5, itemsPerSecond = 80 } });
        await UntilProcessedAsync(app, jobId, 50);

        var demanded = app.Store.Now;
        (await app.Client.CancelAsync(jobId)).Expect(HttpStatusCode.Accepted);
        var job = await app.Client.WaitForJobAsync(jobId);
        await AssertStoppedSoonAsync(app, jobId, demanded, DateTimeOffset.MaxValue);

        var taken = job.At("counts").Number("started");
        Assert.Equal("canceled", job.Text("state"));
        Assert.InRange(taken, 50, 699);
        Assert.Equal(700 - taken, job.At("counts").Number("pending"));
        var untouched = await app.Client.ReadItemsAsync(jobId, "pending");
        Assert.Equal(700 - taken, untouched.Count);
        foreach (var order in (await app.Store.ReadAllOrdersAsync()).Where(order => order.Status == "dead_letter"))
        {
            Assert.Equal((before[order.OrderId].Version, null), (order.Version, order.Lease));
        }

        (await app.Client.ResumeAsync(jobId)).ExpectProblem(HttpStatusCode.Conflict, "job_ended");
        var again = await app.Client.WaitForJobAsync(await app.Client.RetryAsync(JobRequests.All));
        Assert.Equal(("succeeded", 700 - taken), (again.Text("state"), again.At("counts").Number("started")));
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_paused_job_can_be_cancelled_and_the_audit_tells_who_did_what()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(100);
        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { itemsPerSecond = 10 } });
        await UntilProcessedAsync(app, jobId, 5);
        (await app.Client.PauseAsync(jobId)).Expect(HttpStatusCode.Accepted);
        await app.Client.WaitForJobStateAsync(jobId, "paused");

        (await app.Client.CancelAsync(jobId)).Expect(HttpStatusCode.Accepted);
        var job = await app.Client.WaitForJobAsync(jobId);

        Assert.Equal("canceled", job.Text("state"));
        var events = await app.Client.ReadAllAsync($"/api/audit-events?pageSize=50&target={jobId}");
        foreach (var action in new[] { "job.created", "job.paused", "job.canceled" })
        {
            var told = Assert.Single(events, told => told.Text("action") == action);
            Assert.Equal(JobRequests.Recorded, told.Text("actor"));
            Assert.NotNull(told.Text("reason"));
        }

        await app.VerifyAsync();
    }

    private async Task AssertStoppedSoonAsync(InProcessApp app, string jobId, DateTimeOffset demanded, DateTimeOffset until)
    {
        var late = (await app.Store.ReadTakenUpAsync(jobId)).Where(moment => moment > demanded && moment < until).ToList();
        var took = late.Count == 0 ? TimeSpan.Zero : late[^1] - demanded;
        output.WriteLine($"{late.Count} items more, the last one {took.TotalSeconds:F2} s after the demand.");
        Assert.True(took <= MostTime || late.Count <= MostItems, $"{late.Count} items more within {took}");
    }

    /// <returns>Orders that the job has taken up in all, each completed.</returns>
    private static async Task<int> UntilNothingIsUnderWayAsync(InProcessApp app, string jobId)
    {
        var taken = 0;
        await Eventually.TrueAsync(async () =>
        {
            taken = (await app.Store.ReadTakenUpAsync(jobId)).Count;
            return (await app.Client.GetJobAsync(jobId)).Processed() == taken && (await app.Store.CountStatusesAsync()).GetValueOrDefault("completed") == taken;
        });
        return taken;
    }

    private static async Task UntilProcessedAsync(InProcessApp app, string jobId, int count) =>
        await app.Client.WaitForJobAsync(jobId, job => job.Processed() >= count, pause: TimeSpan.FromMilliseconds(20));
}
