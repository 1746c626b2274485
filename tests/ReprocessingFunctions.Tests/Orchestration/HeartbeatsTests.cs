using Reprocessing.Storage.Heartbeats;

namespace ReprocessingFunctions.Tests.Orchestration;

public sealed class HeartbeatsTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly HeartbeatTicket Ticket = new("instance", "Long", 1);

    private readonly Mock<IHeartbeatStore> _store = new();
    private readonly Mock<TimeProvider> _time = new();
    private DateTimeOffset _now = Start;

    public HeartbeatsTests() => _time.Setup(time => time.GetUtcNow()).Returns(() => _now);

    [Fact]
    public async Task No_more_than_one_beat_a_second_is_written()
    {
        List<Heartbeat> written = [];
        _store.Setup(store => store.BeatAsync(It.IsAny<Heartbeat>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((Heartbeat beat, string? etag, CancellationToken _) =>
            {
                written.Add(beat);
                return $"after {etag}";
            });
        var heartbeat = new Heartbeats(_store.Object, _time.Object).Of(Ticket);

        for (var done = 0; done < 100; done++)
        {
            await heartbeat.BeatAsync(new(done, 100), default);
            _now += TimeSpan.FromMilliseconds(50);
        }

        Assert.Equal([0, 20, 40, 60, 80], written.Select(beat => beat.Done));
        _store.Verify(store => store.BeatAsync(It.IsAny<Heartbeat>(), "after ", It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task An_attempt_that_was_given_up_learns_of_it_when_it_beats()
    {
        var heartbeat = new Heartbeats(_store.Object, _time.Object).Of(Ticket);

        await Assert.ThrowsAsync<AttemptGivenUpException>(() => heartbeat.BeatAsync(new(1), default));
    }

    [Fact]
    public async Task Work_that_waits_for_somebody_else_is_alive_until_it_ends()
    {
        var beats = new SemaphoreSlim(0);
        _store.Setup(store => store.BeatAsync(It.IsAny<Heartbeat>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync("etag")
            .Callback(() => beats.Release());
        var work = new TaskCompletionSource<int>();
        var heartbeat = new Heartbeats(_store.Object, TimeProvider.System).Of(Ticket);

        var alive = heartbeat.BeatWhileAsync(new(3, 7), _ => work.Task, default);
        await beats.WaitAsync();
        await beats.WaitAsync();
        Assert.False(alive.IsCompleted);
        work.SetResult(42);

        Assert.Equal(42, await alive);
    }

    [Fact]
    public async Task Work_of_an_attempt_that_was_given_up_is_called_off()
    {
        var isCalledOff = false;
        var heartbeat = new Heartbeats(_store.Object, TimeProvider.System).Of(Ticket);

        await Assert.ThrowsAsync<AttemptGivenUpException>(() => heartbeat.BeatWhileAsync(
            new(3, 7),
            async token =>
            {
                var end = new TaskCompletionSource<int>();
                await using var callOff = token.Register(() => isCalledOff = end.TrySetCanceled());
                return await end.Task;
            },
            default));

        Assert.True(isCalledOff);
    }

    [Theory]
    [InlineData(299, null, false)]
    [InlineData(301, null, true)]
    [InlineData(301, 300, false)]
    [InlineData(301, 270, true)]
    [InlineData(3001, 3000, true)]
    public async Task Silence_counts_from_the_last_beat_and_a_first_one_is_waited_for_longer(int seconds, int? lastBeat, bool isGivenUp)
    {
        var last = lastBeat is { } at ? new Heartbeat(Ticket, Start.AddSeconds(at), 1) : null;
        _now = Start.AddSeconds(seconds);
        _store.Setup(store => store.GiveUpAsync(Ticket, It.IsAny<Func<Heartbeat?, bool>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((HeartbeatTicket _, Func<Heartbeat?, bool> isSilent, CancellationToken _) => isSilent(last));
        var check = new CheckHeartbeat(_store.Object, _time.Object, NullLogger<CheckHeartbeat>.Instance);

        var answer = await check.RunAsync(new(Ticket, Start, HeartbeatPolicy.After(TimeSpan.FromSeconds(30))), default);

        Assert.Equal(isGivenUp, answer);
    }
}
