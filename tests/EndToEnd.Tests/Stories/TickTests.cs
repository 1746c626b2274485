using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class TickTests(Hosts.Storage storage)
{
    private static readonly (string, string)[] EveryQuarterOfAnHour =
    [
        ("ReprocessingSchedule", "0 */15 * * * *"),
        // The clock jumps: nothing but the schedule shall notice.
        ("ReprocessingRunTimeout", "05:00:00"),
        ("ReprocessingQueryTimeout", "01:00:00"),
        ("ReprocessingProcessTimeout", "01:00:00"),
    ];

    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 11, 58, 0, TimeSpan.Zero));

    [Fact]
    public async Task The_schedule_starts_a_run_on_time_and_the_next_one_a_quarter_of_an_hour_later()
    {
        await using var app = await InProcessApp.StartAsync(storage, _clock, EveryQuarterOfAnHour);
        await app.Store.SeedFailedAsync(4);

        _clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetInstanceAsync(AppClient.Batch)).Status);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(async () => await app.Store.ReadRunsAsync() is [{ IsCompleted: true }]);
        await app.Client.WaitForBatchAsync();

        // A stage that is at work while the clock jumps would be out of time.
        await app.Store.WaitUntilAllAsync("completed");
        await app.Store.SeedFailedAsync(2, prefix: "later");
        _clock.Advance(TimeSpan.FromMinutes(15));
        await Eventually.TrueAsync(async () => await app.Store.ReadRunsAsync() is [{ IsCompleted: true }, _]);

        var runs = await app.Store.ReadRunsAsync();
        Assert.Equal([2, 4], runs.Select(run => run.Result.RestartedCount));
        Assert.All(runs, run => Assert.Equal("timer", run.Trigger));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 15, 0, TimeSpan.Zero), runs[0].StartedAt);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), runs[1].StartedAt);
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_tick_while_a_run_is_active_is_skipped_and_counted()
    {
        await using var app = await InProcessApp.StartAsync(storage, _clock, EveryQuarterOfAnHour);
        await app.Store.SeedFailedAsync(4);
        using var hold = app.Tap.HoldBack(StorageRequests.IsRestart);

        _clock.Advance(TimeSpan.FromMinutes(2));
        await hold.Reached;
        _clock.Advance(TimeSpan.FromMinutes(15));
        await Eventually.TrueAsync(async () => await SkippedTicksAsync(app, "already_running") == 1);
        hold.Release();
        var batch = await app.Client.WaitForBatchAsync();

        Assert.Equal(4, batch.At("output").Number("restartedCount"));
        Assert.Single(await app.Store.ReadRunsAsync());
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_schedule_that_is_paused_skips_its_ticks_with_that_reason_until_it_is_resumed_and_a_start_by_hand_still_runs()
    {
        await using var app = await InProcessApp.StartAsync(storage, _clock, EveryQuarterOfAnHour);
        await app.Store.SeedFailedAsync(1);
        var paused = (await app.Client.PostAsync("/api/schedule/pause", new { reason = "The warehouse moves.", requestedBy = "ann" })).Expect(HttpStatusCode.OK).Json;

        _clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(async () => await SkippedTicksAsync(app, "paused") == 1);
        Assert.Empty(await app.Store.ReadRunsAsync());
        Assert.Equal(1, (await app.Client.RunAsync()).At("output").Number("restartedCount"));
        await app.Store.WaitUntilAllAsync("completed");

        (await app.Client.PostAsync("/api/schedule/resume", new { reason = "It has moved.", requestedBy = "bob" })).Expect(HttpStatusCode.OK);
        _clock.Advance(TimeSpan.FromMinutes(15));
        await Eventually.TrueAsync(async () => await app.Store.ReadRunsAsync() is [{ IsCompleted: true, Trigger: "timer" }, { Trigger: "http" }]);

        Assert.Equal(("ann (claimed)", "2026-03-01T12:00:00+00:00"), (paused.Text("by"), paused.At("nextTicks")[0].GetString()));
        var schedule = (await app.Client.GetAsync("/api/schedule")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("It has moved.", "paused"), (schedule.Text("reason"), schedule.At("lastSkippedTick").Text("reason")));
        Assert.Equal("timer", schedule.At("lastRun").Text("trigger"));
        var told = (await app.Client.GetAsync("/api/audit-events?target=schedule")).Expect(HttpStatusCode.OK).Json.At("items");
        Assert.Equal([("schedule.resumed", "bob (claimed)"), ("schedule.paused", "ann (claimed)")], told.EnumerateArray().Select(one => (one.Text("action")!, one.Text("actor")!)));
        await app.Client.WaitForBatchAsync();
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_disabled_schedule_starts_nothing_and_counts_its_ticks_but_a_start_by_hand_still_runs()
    {
        await using var app = await InProcessApp.StartAsync(storage, _clock, [.. EveryQuarterOfAnHour, ("ReprocessingEnabled", "false")]);
        await app.Store.SeedFailedAsync(1);

        _clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(async () => await SkippedTicksAsync(app, "disabled") == 1);
        Assert.Empty(await app.Store.ReadRunsAsync());

        Assert.Equal(1, (await app.Client.RunAsync()).At("output").Number("restartedCount"));
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    private static async Task<int> SkippedTicksAsync(InProcessApp app, string reason)
    {
        var summary = (await app.Client.GetAsync("/api/reprocessing/summary?days=1")).Expect(HttpStatusCode.OK).Json;
        var days = summary.At("days").EnumerateArray().ToList();
        return days is [var day] && day.At("skippedTicks").TryGetProperty(reason, out var count) ? count.GetInt32() : 0;
    }
}
