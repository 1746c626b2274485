namespace Embedded.DurableTask.Hosting;

/// <summary>All due times in one index behind one timer. A timer of the runtime reaches 49 days at most; this one any date.</summary>
internal sealed class TimerPump : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private static readonly Comparer<TimerEntry> ByDueTime = Comparer<TimerEntry>.Create(
        static (left, right) => (left.Due, left.Order).CompareTo((right.Due, right.Order)));

    private readonly Lock _gate = new();
    private readonly SortedSet<TimerEntry> _entries = new(ByDueTime);
    private readonly TimeProvider _time;
    private readonly Action<TimerEntry> _fire;
    private readonly ITimer _timer;
    private long _order;
    private bool _stopped;

    public TimerPump(TimeProvider time, Action<TimerEntry> fire)
    {
        _time = time;
        _fire = fire;
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimerEntry Create(DateTimeOffset due, ActiveInstance instance, int generation, int? taskId) =>
        new(due, Interlocked.Increment(ref _order), instance, generation, taskId);

    public void Add(TimerEntry entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            if (_entries.Min == entry)
            {
                Arm();
            }
        }
    }

    public void Remove(TimerEntry entry)
    {
        lock (_gate)
        {
            _entries.Remove(entry);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            _entries.Clear();
        }

        _timer.Dispose();
    }

    private void Fire()
    {
        var due = new List<TimerEntry>();
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_entries.Min is { } next && next.Due <= now)
            {
                _entries.Remove(next);
                due.Add(next);
            }

            Arm();
        }

        due.ForEach(_fire);
    }

    private void Arm()
    {
        if (_stopped || _entries.Min is not { } next)
        {
            return;
        }

        var wait = next.Due - _time.GetUtcNow();
        _timer.Change(wait > LongestWait ? LongestWait : wait < ShortestWait ? ShortestWait : wait, Timeout.InfiniteTimeSpan);
    }
}
