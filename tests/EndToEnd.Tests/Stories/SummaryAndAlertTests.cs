using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
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

        // What lasts is told once, and once that it is over.
        Assert.Equal(
            ["backlog", "dead_letters", "full_runs"],
            app.Log.Entries.Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Message).Where(message => message.StartsWith("Alert ", StringComparison.Ordinal))
                .Select(message => message.Split(' ')[1]).Order(StringComparer.Ordinal));
        Assert.Equal(3, app.Log.Count(entry => entry.Level == LogLevel.Information && entry.Message.StartsWith("Alert ", StringComparison.Ordinal) && entry.Message.Contains(" cleared (", StringComparison.Ordinal)));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task What_lasts_is_told_once_when_it_begins_and_once_when_it_ends_and_is_acknowledged_by_name()
    {
        await using var receiver = await WebhookReceiver.StartAsync();

        // The receiver compares with the time of day.
        var now = TimeProvider.System.GetUtcNow();
        var clock = new ManualTimeProvider(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute)));
        await using var app = await InProcessApp.StartAsync(
            storage, clock, receiver.AsNotificationTarget(("AlertDeadLetterDepth", "2"), ("MaintenanceSchedule", "0 * * * * *")));
        var letters = await app.Store.SeedDeadLettersAsync(3);
        await TickUntilAsync(app, clock, "raised", value: 3);
        var known = (await app.Client.PostAsync("/api/alerts/dead_letter_depth/acknowledge", new { reason = "The carrier is down.", requestedBy = "ann" })).Expect(HttpStatusCode.OK).Json;

        // The next look finds fewer, and still too many if it were not for one of four.
        (await app.Client.ResolveAsync(letters[0], "cancelled")).Expect(HttpStatusCode.OK);
        var more = await app.Store.SeedDeadLettersAsync(2, prefix: "more");
        var lasting = await TickUntilAsync(app, clock, "raised", value: 4);
        foreach (var letter in letters.Skip(1).Concat(more))
        {
            (await app.Client.ResolveAsync(letter, "cancelled")).Expect(HttpStatusCode.OK);
        }

        var cleared = await TickUntilAsync(app, clock, "cleared", value: 0);
        await Eventually.TrueAsync(() => Task.FromResult(Of(receiver, "dead_letter_depth").Count == 2));

        Assert.Equal(("ann (claimed)", "The carrier is down."), (known.At("acknowledgement").Text("by"), known.At("acknowledgement").Text("reason")));
        Assert.Equal(known.At("acknowledgement").GetRawText(), lasting.At("acknowledgement").GetRawText());
        Assert.Equal(known.Text("since"), lasting.Text("since"));
        Assert.False(cleared.TryGetProperty("acknowledgement", out _));
        var late = await app.Client.PostAsync("/api/alerts/dead_letter_depth/acknowledge", new { reason = "Too late.", requestedBy = "ann" });
        Assert.Equal("alert_not_raised", late.Expect(HttpStatusCode.Conflict).Json.Text("code"));
        var audited = (await app.Client.GetAsync("/api/audit-events?target=dead_letter_depth")).Expect(HttpStatusCode.OK).Json.At("items");
        Assert.Equal(("alert.acknowledged", "ann (claimed)"), Assert.Single(audited.EnumerateArray().Select(told => (told.Text("action"), told.Text("actor")))));
        Assert.Equal(["alert.raised", "alert.cleared"], Of(receiver, "dead_letter_depth").Select(delivery => delivery.Type));
        Assert.Equal(receiver.Deliveries.Count, receiver.Deliveries.Select(delivery => delivery.Id).Distinct().Count());
        receiver.AssertGenuine();
        await app.VerifyAsync();
    }

    private static List<Delivery> Of(WebhookReceiver receiver, string kind) => [.. receiver.Deliveries.Where(delivery => delivery.Data.Text("kind") == kind)];

    /// <summary>The alert once a tick has found so many; a look is the clock's next minute.</summary>
    private static async Task<JsonElement> TickUntilAsync(InProcessApp app, ManualTimeProvider clock, string state, int value)
    {
        clock.Advance(TimeSpan.FromMinutes(1));
        var found = await Eventually.GetAsync(async () =>
        {
            var alerts = (await app.Client.GetAsync($"/api/alerts?state={state}")).Expect(HttpStatusCode.OK).Json.At("items").EnumerateArray();
            return alerts.Where(alert => alert.Text("id") == "dead_letter_depth" && alert.Number("value") == value).ToArray() is { Length: > 0 } one ? one : null;
        });
        return Assert.Single(found);
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
