namespace Reprocessing.Functions.Tests.Webhooks;

/// <summary>A clock that goes on only while a test waits for something, and then from one timer to the next.</summary>
internal sealed class StepClock : TimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<StepTimer> _timers = [];

    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The timers that ran out, by their length.</summary>
    public List<TimeSpan> Elapsed { get; } = [];

    private bool HasTimers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count > 0;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new StepTimer(this, () => callback(state)) { Length = dueTime };
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Does the work and lets timers run out until it is done.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        Task<T>? task = null;
        RunAsync(() => (Task)(task = work()));
        return task!;
    }

    /// <summary>
    /// The work goes on within the timer that it waited for, all on this thread: a test's context would hand it to another, and the
    /// next timer, such as that of a request which is just being answered, would run out beside it.
    /// </summary>
    public Task RunAsync(Func<Task> work)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var task = work();
            while (!task.IsCompleted)
            {
                // What is cancelled goes on elsewhere: with no timer left nothing can run out beside it.
                Assert.True(SpinWait.SpinUntil(() => task.IsCompleted || HasTimers, Patience), "Nothing is due, and it is not done.");
                TakeNext()?.Fire();
            }

            return task;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private StepTimer? TakeNext()
    {
        lock (_lock)
        {
            if (_timers.MinBy(timer => timer.Due) is not { } next)
            {
                return null;
            }

            _timers.Remove(next);
            Elapsed.Add(next.Length);
            Now = next.Due > Now ? next.Due : Now;
            return next;
        }
    }

    private sealed class StepTimer(StepClock clock, Action callback) : ITimer
    {
        public TimeSpan Length { get; set; }

        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    (Length, Due) = (dueTime, clock.Now + dueTime);
                    clock._timers.Add(this);
                }
            }

            return true;
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
