using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>
/// No operation loads the queue: a worker that does them all over a large queue has never had much more memory than one that does
/// the same over a small queue. Each queue has a host of its own; the figure is the peak of its worker's
/// resident memory as the system counts it, from its start to the job's last outcome.
/// </summary>
public sealed class ScaleTests(HostStorage storage, ITestOutputHelper output) : IClassFixture<HostStorage>
{
    private const double MostGrowth = 1.3;

    private static readonly TimeSpan LongJob = TimeSpan.FromHours(4);

    /// <summary>
    /// No request waits for a plan: what one looks through itself before it leaves the plan to the background takes at most 20 seconds of storage's time,
    /// and a request that takes longer than the app's limit is answered with a 503.
    /// </summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(1);

    /// <summary>2,000 of them; as many as <c>DEAD_LETTERS</c> says, where that is set.</summary>
    [Fact]
    public Task Memory_for_looking_at_many_dead_letters_is_that_for_700() => CompareAsync(700, Asked.Of("DEAD_LETTERS", 2_000), retries: false);

    [Fact]
    [Trait("Category", "Soak")]
    public Task Memory_for_looking_at_20000_dead_letters_is_that_for_2000() => CompareAsync(2_000, 20_000, retries: false);

    [Fact]
    [Trait("Category", "Soak")]
    public Task Memory_for_retrying_2000_dead_letters_is_that_for_700() => CompareAsync(700, 2_000, retries: true);

    /// <summary>3,000 of them; as many as <c>PLAN_ITEMS</c> says, where that is set.</summary>
    [Fact]
    public async Task A_plan_of_many_is_prepared_while_no_request_waits_in_the_memory_for_one_of_1500()
    {
        var asked = Asked.Of("PLAN_ITEMS", 3_000);
        var small = await PrepareAsync(1_500);
        var large = await PrepareAsync(asked);
        Assert.True(large <= small * MostGrowth, $"{large:F0} MiB for {asked}, {small:F0} MiB for 1500");
    }

    private async Task<double> PrepareAsync(int letters)
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedDeadLettersAsync(letters, change: DeadLetterSeeding.Varied);
        await using var app = new AppProcess(store.Settings());
        await app.StartAsync();
        var (slowest, requests, began) = (TimeSpan.Zero, 0, Stopwatch.GetTimestamp());

        var made = (await AskAsync(() => app.Client.PlanAsync("retry", JobRequests.All))).Expect(HttpStatusCode.Accepted).Json;
        JsonElement plan;
        do
        {
            (await AskAsync(() => app.Client.GetAsync("/api/plans?pageSize=1"))).Expect(HttpStatusCode.OK);
            (await AskAsync(() => app.Client.PostAsync("/api/orders", SampleOrders.Small($"meanwhile-{requests}")))).Expect(HttpStatusCode.Created);
            plan = (await AskAsync(() => app.Client.GetAsync($"/api/plans/{made.Text("planId")}"))).Expect(HttpStatusCode.OK).Json;
        }
        while (plan.Text("state") == "preparing");

        List<string> report = [string.Create(CultureInfo.InvariantCulture, $"{letters} items, {requests} requests, the slowest in {slowest.TotalSeconds:F2} s")];
        Report(report, app, "plan", began);
        output.WriteLine(string.Join(Environment.NewLine, report));
        Assert.Equal(("ready", letters), (plan.Text("state"), plan.Number("count")));
        Assert.InRange(slowest, TimeSpan.Zero, LongestRequest);
        return app.PeakMegabytes;

        async Task<ApiResponse> AskAsync(Func<Task<ApiResponse>> request)
        {
            var asked = Stopwatch.GetTimestamp();
            var answer = await request();
            (slowest, requests) = (TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(asked).Ticks)), requests + 1);
            return answer;
        }
    }

    private async Task CompareAsync(int few, int many, bool retries)
    {
        var small = await MeasureAsync(few, retries);
        var large = await MeasureAsync(many, retries);
        Assert.True(large <= small * MostGrowth, $"{large:F0} MiB for {many}, {small:F0} MiB for {few}");
    }

    private async Task<double> MeasureAsync(int letters, bool retries)
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedDeadLettersAsync(letters, change: DeadLetterSeeding.Varied);
        await using var app = new AppProcess(store.Settings());
        await app.StartAsync();

        var report = new List<string> { $"{letters} dead letters" };
        var filter = Uri.EscapeDataString("errorType = timeout AND $.customer.tier = 'gold'");
        await TimeAsync(report, app, "first page", () => app.Client.GetAsync("/api/dead-letters?pageSize=50"));
        var page = await TimeAsync(report, app, "filtered page", () => app.Client.GetAsync($"/api/dead-letters?pageSize=50&filter={filter}"));
        var statistics = await TimeAsync(report, app, "statistics", () => app.Client.GetAsync("/api/statistics/dead-letters"));
        var groups = await TimeAsync(report, app, "groups", () => app.Client.GetAsync("/api/failure-groups"));
        var export = await TimeAsync(report, app, "export", () => app.Client.GetAsync("/api/exports/dead-letters?format=jsonl"));
        var began = Stopwatch.GetTimestamp();
        var plan = await app.Client.PlanRetryAsync(JobRequests.All);
        Report(report, app, "dry run", began);
        began = Stopwatch.GetTimestamp();
        var matching = await app.Client.PlanRetryAsync(new { filter = "errorType = timeout AND $.customer.tier = 'gold'" });
        Report(report, app, "filtered plan", began);
        if (retries)
        {
            await RetryAsync(report, store, app, plan);
        }

        output.WriteLine(string.Join(Environment.NewLine, report));
        Assert.Equal(50, page.Json.At("items").GetArrayLength());
        Assert.Equal(letters, statistics.Json.Number("unresolvedCount"));
        Assert.Equal(letters, groups.Json.At("items").EnumerateArray().Sum(group => group.Number("openCount")));
        Assert.Equal(letters, export.Text.Count(character => character == '\n'));
        Assert.Equal(letters, plan.Number("count"));
        Assert.Equal((letters + 3) / 4, matching.Number("count"));
        return app.PeakMegabytes;
    }

    private static async Task RetryAsync(List<string> report, OrdersOnStorage store, AppProcess app, JsonElement plan)
    {
        var letters = plan.Number("count");
        var began = Stopwatch.GetTimestamp();
        var jobId = (await app.Client.ApplyAsync(plan.Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
        var job = await app.Client.WaitForJobAsync(jobId, LongJob);
        Report(report, app, "retry", began);
        await store.WaitUntilAllAsync("completed", LongJob);
        await app.Client.WaitForJobAsync(jobId, job => job.At("outcomes").Number("succeeded") == letters, LongJob);
        Report(report, app, "with outcomes", began);
        Assert.Equal(letters, job.At("counts").Number("started"));
    }

    private static async Task<ApiResponse> TimeAsync(List<string> report, AppProcess app, string what, Func<Task<ApiResponse>> request)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await request();
        Report(report, app, what, began);
        answer.Expect(HttpStatusCode.OK);
        return answer;
    }

    private static void Report(List<string> report, AppProcess app, string what, long began) => report.Add(string.Create(
        CultureInfo.InvariantCulture, $"  {what,-14} {Stopwatch.GetElapsedTime(began).TotalSeconds,7:F2} s, peak {app.PeakMegabytes,6:F0} MiB"));
}
