using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class SummaryAndAlertTests(Hosts.Storage storage)
{
    [Fact]
    public async Task The_summary_has_a_line_a_day_newest_first_and_the_results_a_row_a_run()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 23, 59, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(storage, clock);
        await app.Store.SeedFailedAsync(2, prefix: "spent", retries: 5);
        await app.Store.SeedFailedAsync(4);
        await app.Client.RunAsync();

        // A stage that is at work while the clock jumps would be out of time.
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 4);
        clock.Advance(TimeSpan.FromMinutes(2));
        await app.Store.SeedFailedAsync(3, prefix: "later");
        await app.Client.RunAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await app.Client.RunAsync();

        var days = (await app.Client.GetAsync("/api/reprocessing/summary?days=7")).Expect(HttpStatusCode.OK).Json.At("days");
        Assert.Equal(
            [("2026-03-02", 2, 3, 0), ("2026-03-01", 1, 4, 2)],
            days.EnumerateArray().Select(day => (day.Text("day")!, day.Number("runs"), day.Number("restartedCount"), day.Number("dlqCount"))));
        var today = (await app.Client.GetAsync("/api/reprocessing/summary?days=1")).Json.At("days");
        Assert.Equal("2026-03-02", Assert.Single(today.EnumerateArray()).Text("day"));
        await AssertRunsPagedAsync(app);
        await app.Store.WaitUntilAsync(statuses => statuses.GetValueOrDefault("completed") == 7);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Dead_letters_backlog_and_full_runs_beyond_their_thresholds_raise_alerts()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("AlertBacklog", "5"), ("AlertFullRunsInARow", "2"), ("ReprocessingMaxRetries", "0"));
        await app.Store.SeedFailedAsync(30);

        Assert.Equal(["backlog"], await RunAndReadAlertsAsync(app, maxOrders: 10));
        Assert.Equal(["backlog", "dead_letters", "full_runs"], await RunAndReadAlertsAsync(app, maxOrders: 11));
        Assert.Empty(await RunAndReadAlertsAsync(app, maxOrders: 10));

        Assert.Equal(4, app.Log.Count(entry => entry.Level == LogLevel.Warning && entry.Message.Contains("raised the alert", StringComparison.Ordinal)));
        await app.VerifyAsync();
    }

    private static async Task<List<string?>> RunAndReadAlertsAsync(InProcessApp app, int maxOrders)
    {
        await app.Client.RunAsync(maxOrders);
        var newest = (await app.Store.ReadRunsAsync())[0];
        var run = (await app.Client.GetAsync($"/api/reprocessing/runs/{newest.RunId}")).Expect(HttpStatusCode.OK).Json;
        return [.. run.At("alerts").EnumerateArray().Select(alert => alert.Text("kind")).Order(StringComparer.Ordinal)];
    }

    private static async Task AssertRunsPagedAsync(InProcessApp app)
    {
        List<JsonElement> runs = [];
        string? token = null;
        do
        {
            var path = "/api/reprocessing/runs?pageSize=2" + (token is null ? "" : $"&pageToken={token}");
            var page = (await app.Client.GetAsync(path)).Expect(HttpStatusCode.OK).Json;
            runs.AddRange(page.At("items").EnumerateArray());
            token = page.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        Assert.Equal([0, 3, 6], runs.Select(run => run.Number("foundCount")));
        Assert.All(runs, run => Assert.Equal("completed", run.Text("state")));
        Assert.Equal(3, runs.Select(run => run.Text("runId")).Distinct().Count());
    }
}
