using Reprocessing.Functions.Imports;

namespace Reprocessing.Functions.Tests.Imports;

public sealed class PageProgressTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly HandClock _clock = new();
    private readonly List<(int Done, int Total)> _written = [];

    [Fact]
    public async Task Work_that_makes_progress_may_take_as_long_as_it_likes()
    {
        var done = await RunAsync(async (progress, token) =>
        {
            await Task.Yield();
            for (var part = 1; part <= 20; part++)
            {
                _clock.WaitForTimers(1);
                _clock.Advance(TimeSpan.FromSeconds(29));
                await progress.ReportAsync(part, 20, token);
            }

            return 20;
        });

        Assert.Equal(20, done);
        Assert.Equal(Enumerable.Range(1, 20).Select(part => (part, 20)), _written);
    }

    [Fact]
    public async Task Work_that_makes_no_progress_is_given_up_after_the_timeout_and_its_token_is_canceled()
    {
        CancellationToken given = default;
        var running = RunAsync(async (progress, token) =>
        {
            given = token;
            _clock.Advance(TimeSpan.FromSeconds(10));
            await progress.ReportAsync(1, 2, token);
            await Task.Delay(Timeout.Infinite, token);
            return 2;
        });

        _clock.WaitForTimers(1);
        _clock.Advance(TimeSpan.FromSeconds(29));
        _clock.WaitForTimers(1);
        Assert.False(running.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<PageAbandonedException>(() => running);
        Assert.True(given.IsCancellationRequested);
    }

    [Fact]
    public async Task Work_that_does_not_hear_of_its_end_is_left_alone_and_reports_no_more()
    {
        var hang = new TaskCompletionSource();
        Task<int>? left = null;
        var running = RunAsync((progress, token) => left = WorkAsync(progress, token));

        _clock.WaitForTimers(1);
        _clock.Advance(Silence);
        await Assert.ThrowsAsync<PageAbandonedException>(() => running);
        hang.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left!);
        Assert.Empty(_written);

        async Task<int> WorkAsync(PageProgress progress, CancellationToken token)
        {
            await hang.Task;
            await progress.ReportAsync(1, 1, token);
            return 1;
        }
    }

    [Fact]
    public async Task Work_that_waits_for_somebody_else_goes_on_for_as_long_as_that_takes()
    {
        var answer = new TaskCompletionSource<string>();
        var running = RunAsync((progress, token) => progress.ReportWhileAsync(3, 7, answer.Task, token));

        for (var second = 0; second < 300; second++)
        {
            _clock.WaitForTimers(2);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _clock.WaitForTimers(2);
        Assert.False(running.IsCompleted);
        answer.SetResult("answer");
        Assert.Equal("answer", await running);
        Assert.Equal(150, _written.Count(report => report == (3, 7)));
    }

    [Fact]
    public async Task Progress_is_written_once_in_two_seconds_at_most()
    {
        await RunAsync(async (progress, token) =>
        {
            for (var done = 0; done < 100; done++)
            {
                await progress.ReportAsync(done, 100, token);
                _clock.Advance(TimeSpan.FromMilliseconds(50));
            }

            return 100;
        });

        Assert.Equal([0, 40, 80], _written.Select(report => report.Done));
    }

    [Fact]
    public async Task Work_that_fails_fails_as_it_did() =>
        await Assert.ThrowsAsync<IOException>(() => RunAsync<int>((_, _) => throw new IOException("no storage")));

    [Fact]
    public async Task A_host_that_stops_is_no_page_that_is_given_up()
    {
        using var stopping = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(
            async (_, token) =>
            {
                await stopping.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
                return 1;
            },
            stopping.Token));
    }

    private Task<T> RunAsync<T>(Func<PageProgress, CancellationToken, Task<T>> work, CancellationToken cancellationToken = default) => PageProgress.RunAsync(
        Silence,
        (done, total, token) =>
        {
            token.ThrowIfCancellationRequested();
            _written.Add((done, total));
            return Task.CompletedTask;
        },
        _clock,
        work,
        cancellationToken);

    /// <summary>Moves by hand. Whoever waits by it has a timer, so a test knows when nothing but time is waited for.</summary>
    private sealed class HandClock : TimeProvider
    {
        private readonly Lock _lock = new();
        private readonly List<HandTimer> _timers = [];
        private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow()
        {
            lock (_lock)
            {
                return _now;
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                var timer = new HandTimer(this, () => callback(state)) { DueAt = _now + dueTime };
                _timers.Add(timer);
                return timer;
            }
        }

        public void WaitForTimers(int count) =>
            Assert.True(SpinWait.SpinUntil(() => Due(DateTimeOffset.MaxValue).Count == count, TimeSpan.FromMinutes(1)), $"There are not {count} timers.");

        public void Advance(TimeSpan time)
        {
            lock (_lock)
            {
                _now += time;
            }

            foreach (var timer in Due(GetUtcNow()))
            {
                timer.Dispose();
                timer.Fire();
            }
        }

        private List<HandTimer> Due(DateTimeOffset at)
        {
            lock (_lock)
            {
                return _timers.FindAll(timer => timer.DueAt <= at);
            }
        }

        private sealed class HandTimer(HandClock clock, Action fire) : ITimer
        {
            public DateTimeOffset DueAt { get; set; }

            public void Fire() => fire();

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                lock (clock._lock)
                {
                    DueAt = clock._now + dueTime;
                    return clock._timers.Contains(this);
                }
            }

            public void Dispose()
            {
                lock (clock._lock)
                {
                    clock._timers.Remove(this);
                }
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
