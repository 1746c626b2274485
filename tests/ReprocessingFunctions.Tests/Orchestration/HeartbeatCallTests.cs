using Reprocessing.Storage.Heartbeats;

namespace ReprocessingFunctions.Tests.Orchestration;

public sealed class HeartbeatCallTests
{
    private static readonly HeartbeatPolicy Policy = HeartbeatPolicy.After(TimeSpan.FromSeconds(30));

    private readonly Mock<TaskOrchestrationContext> _context = new();
    private readonly List<HeartbeatTicket> _calls = [];
    private readonly List<CheckHeartbeatInput> _checks = [];
    private DateTime _now = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    private int _openTimers;
    private Task _running = Task.CompletedTask;

    /// <summary>What the n-th attempt comes to; it is under way until the task ends.</summary>
    private Func<int, Task<string>> _activity = _ => Task.FromResult("done");

    /// <summary>Whether a check finds the attempt silent.</summary>
    private Func<HeartbeatTicket, bool> _isGivenUp = _ => false;

    public HeartbeatCallTests()
    {
        _context.SetupGet(c => c.InstanceId).Returns("instance");
        _context.SetupGet(c => c.CurrentUtcDateTime).Returns(() => _now);
        _context.Setup(c => c.CreateReplaySafeLogger(It.IsAny<string>())).Returns(NullLogger.Instance);
        _context.Setup(c => c.CallActivityAsync<string>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns<TaskName, object?, TaskOptions?>((_, input, _) =>
            {
                _calls.Add((HeartbeatTicket)input!);
                var call = _activity(_calls.Count);
                _running = call;
                return call;
            });
        _context.Setup(c => c.CallActivityAsync<bool>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns<TaskName, object?, TaskOptions?>((_, input, _) =>
            {
                _checks.Add((CheckHeartbeatInput)input!);
                return Task.FromResult(_isGivenUp(_checks[^1].Ticket));
            });
        _context.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>())).Returns<DateTime, CancellationToken>(StartTimer);
    }

    [Fact]
    public async Task An_activity_that_ends_in_time_is_called_once_and_never_checked()
    {
        Assert.Equal("done", await CallAsync());

        Assert.Equal([new HeartbeatTicket("instance", "Long", 1)], _calls);
        Assert.Empty(_checks);
        Assert.Equal(0, _openTimers);
    }

    [Fact]
    public async Task An_activity_that_beats_may_take_as_long_as_it_likes()
    {
        var work = new TaskCompletionSource<string>();
        _activity = _ => work.Task;
        _isGivenUp = _ =>
        {
            if (_checks.Count == 20)
            {
                work.SetResult("late");
            }

            return false;
        };
        var begun = _now;

        Assert.Equal("late", await CallAsync());

        Assert.Single(_calls);
        Assert.Equal(20 * Policy.CheckEvery, _now - begun);
        Assert.All(_checks, check => Assert.Equal(begun, check.BegunAt.UtcDateTime));
    }

    [Fact]
    public async Task An_activity_that_falls_silent_is_given_up_and_called_again_under_the_next_number()
    {
        _activity = attempt => attempt == 1 ? new TaskCompletionSource<string>().Task : Task.FromResult("second");
        _isGivenUp = ticket => ticket.Attempt == 1 && _checks.Count == 3;

        Assert.Equal("second", await CallAsync());

        Assert.Equal([1, 2], _calls.Select(call => call.Attempt));
        Assert.Equal(3, _checks.Count);
    }

    [Fact]
    public async Task An_activity_that_is_silent_each_time_ends_as_a_timeout()
    {
        _activity = _ => new TaskCompletionSource<string>().Task;
        _isGivenUp = _ => true;

        var thrown = await Assert.ThrowsAsync<TimeoutException>(CallAsync);

        Assert.Contains("Long", thrown.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], _calls.Select(call => call.Attempt));
    }

    [Fact]
    public async Task A_result_that_comes_while_the_attempt_is_given_up_counts()
    {
        var work = new TaskCompletionSource<string>();
        _activity = _ => work.Task;
        _isGivenUp = _ => work.TrySetResult("just in time");

        Assert.Equal("just in time", await CallAsync());

        Assert.Single(_calls);
    }

    [Fact]
    public async Task An_activity_that_fails_is_called_again_after_a_pause()
    {
        _activity = attempt => attempt < 3 ? throw OrchestrationHarness.Failure("Long", "no") : Task.FromResult("third");

        Assert.Equal("third", await CallAsync());

        Assert.Equal([1, 2, 3], _calls.Select(call => call.Attempt));
    }

    private Task<string> CallAsync() => _context.Object.CallWithHeartbeatAsync<string>("Long", ticket => ticket, Policy);

    /// <summary>
    /// A wait is over at once and so is the time between two checks while the activity is under way; the guard of a check, and a
    /// timer whose activity has ended, stay open until they are cancelled.
    /// </summary>
    private Task StartTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var isGuard = fireAt - _now == TimeSpan.FromMinutes(5) || (fireAt - _now == Policy.CheckEvery && _running.IsCompleted);
        if (!cancellationToken.CanBeCanceled || !isGuard)
        {
            _now = fireAt;
            return Task.CompletedTask;
        }

        _openTimers++;
        var timer = new TaskCompletionSource();
        cancellationToken.Register(() =>
        {
            _openTimers--;
            timer.TrySetCanceled(cancellationToken);
        });
        return timer.Task;
    }
}
