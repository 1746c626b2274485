using Reprocessing.Storage.Heartbeats;

namespace Reprocessing.Storage.Tests.Heartbeats;

[Collection(AzuriteTests.Name)]
public sealed class HeartbeatStoreTests(AzuriteFixture azurite)
{
    private static readonly HeartbeatTicket Ticket = new("import-1-p00001", "Save", 1);

    [Fact]
    public async Task The_last_beat_is_what_is_read_and_each_attempt_has_its_own()
    {
        var store = await OpenAsync();

        var etag = await store.BeatAsync(Beat(1), null, default);
        await store.BeatAsync(Beat(2), etag, default);
        await store.BeatAsync(Beat(3) with { Ticket = Ticket with { Attempt = 2 }, At = ManualTime.Start.AddSeconds(1) }, null, default);
        await store.BeatAsync(Beat(9) with { Ticket = Ticket with { InstanceId = "import-2-p00001" } }, null, default);

        var beats = await store.ListAsync("import-1-p", default);
        Assert.Equal([(2, 3), (1, 2)], beats.Select(beat => (beat.Ticket.Attempt, beat.Done)));
        await store.ClearAsync("import-1-p", default);
        Assert.Null(await store.BeatAsync(Beat(4), etag, default));
        Assert.Empty(await store.ListAsync("import-1-p", default));
        Assert.Single(await store.ListAsync("import-2-p", default));
    }

    [Fact]
    public async Task An_attempt_that_was_given_up_never_beats_again_whether_it_had_beaten_before_or_not()
    {
        var store = await OpenAsync();
        var etag = await store.BeatAsync(Beat(1), null, default);
        var silent = Ticket with { Attempt = 2 };

        Assert.True(await store.GiveUpAsync(Ticket, last => last?.Done == 1, default));
        Assert.True(await store.GiveUpAsync(silent, last => last is null, default));
        Assert.True(await store.GiveUpAsync(Ticket, _ => false, default));

        Assert.Null(await store.BeatAsync(Beat(2), etag, default));
        Assert.Null(await store.BeatAsync(Beat(1) with { Ticket = silent }, null, default));
    }

    [Fact]
    public async Task A_beat_that_comes_while_its_attempt_is_being_given_up_saves_it()
    {
        var store = await OpenAsync();
        var etag = await store.BeatAsync(Beat(1), null, default);
        var asked = 0;

        var isGivenUp = await store.GiveUpAsync(
            Ticket,
            last =>
            {
                if (++asked == 1)
                {
                    etag = store.BeatAsync(Beat(2), etag, default).GetAwaiter().GetResult();
                    return true;
                }

                return last?.Done != 2;
            },
            default);

        Assert.False(isGivenUp);
        Assert.Equal(2, asked);
        Assert.NotNull(await store.BeatAsync(Beat(3), etag, default));
    }

    [Fact]
    public async Task An_attempt_that_runs_in_two_processes_beats_in_both()
    {
        var store = await OpenAsync();
        var first = await store.BeatAsync(Beat(1), null, default);
        var second = await store.BeatAsync(Beat(1), null, default);

        Assert.NotNull(await store.BeatAsync(Beat(2), first, default));
        Assert.NotNull(await store.BeatAsync(Beat(3), second, default));
    }

    private async Task<HeartbeatStore> OpenAsync()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        return new HeartbeatStore(storage.Tables, storage.Time);
    }

    private static Heartbeat Beat(int done) => new(Ticket, ManualTime.Start, done, 10);
}
