namespace Reprocessing.Storage.Tests.Results;

[Collection(AzuriteTests.Name)]
public sealed class ScheduleStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_schedule_runs_from_the_first_look_and_says_who_has_paused_and_resumed_it()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var schedule = new ScheduleStore(storage.Tables, storage.Time);

        var first = await schedule.GetAsync(None);
        storage.Time.Advance(TimeSpan.FromMinutes(5));
        var paused = await schedule.EditAsync(isPaused: true, "ann", "The warehouse moves.", None);
        storage.Time.Advance(TimeSpan.FromMinutes(5));
        var again = await schedule.EditAsync(isPaused: true, "bob", "Me too.", None);
        var resumed = await new ScheduleStore(storage.Tables, storage.Time).EditAsync(isPaused: false, "bob", "It has moved.", None);

        Assert.Equal(new ScheduleState(0, IsPaused: false, ManualTime.Start), first);
        Assert.Equal(new ScheduleState(1, IsPaused: true, ManualTime.Start.AddMinutes(5)) { By = "ann", Reason = "The warehouse moves." }, paused);
        Assert.Equal(paused, again);
        Assert.Equal(new ScheduleState(2, IsPaused: false, ManualTime.Start.AddMinutes(10)) { By = "bob", Reason = "It has moved." }, resumed);
        Assert.Equal(resumed, await schedule.GetAsync(None));
    }

    [Fact]
    public async Task Of_many_who_pause_at_once_one_has_done_it()
    {
        var storage = await TestStorage.CreateAsync(azurite);

        var states = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            n => new ScheduleStore(storage.Tables, storage.Time).EditAsync(isPaused: true, $"person-{n}", "now", None)));

        Assert.Single(states.Distinct());
        Assert.Equal(1, states[0].Version);
    }

    [Fact]
    public async Task The_last_skipped_tick_is_found()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        Assert.Null(await storage.Results.FindLastSkippedTickAsync(None));

        await storage.Results.SaveSkippedTickAsync(new(ManualTime.Start.AddMinutes(15), TickSkipReason.Paused), None);
        await storage.Results.SaveSkippedTickAsync(new(ManualTime.Start, TickSkipReason.Disabled), None);

        Assert.Equal(new SkippedTick(ManualTime.Start.AddMinutes(15), TickSkipReason.Paused), await storage.Results.FindLastSkippedTickAsync(None));
    }
}
