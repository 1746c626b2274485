namespace Reprocessing.Functions.Jobs;

/// <summary>Every decision of one generation. Knows no clock and no engine: the loop tells it what happened and when, and asks what to begin.</summary>
internal sealed partial class JobStateMachine(JobCheckpoint input, DateTimeOffset now)
{
    private static readonly TimeSpan FirstWatch = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SlowestWatch = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollWhilePaused = TimeSpan.FromSeconds(30);

    private readonly RetryStrategy _retries = RetryStrategy.Parse(input.Attempts.Delays);
    private readonly LinkedList<IReadOnlyList<ItemRef>> _queue = [];
    private readonly SortedDictionary<string, WaitingItem> _waiting = new(input.Waiting.ToDictionary(waiting => waiting.Item.Id), StringComparer.Ordinal);
    private readonly HashSet<string> _settled = new(input.Settled, StringComparer.Ordinal);
    private readonly Dictionary<string, ItemRef> _reserved = input.Reserved.ToDictionary(item => item.Id, StringComparer.Ordinal);
    private ItemSlice? _slice;
    private int _sliceLimit;
    private StopReason? _drained = input.Drained;
    private Pacer _pacer = input.Pacer ?? new(input.Control.Pace.ItemsPerSecond);
    private int _itemsInCalls;
    private int _callsUnderWay;
    private bool _isWatching;
    private bool _isPausing;
    private bool _wasPaused = input is { Control.Demand: DesiredState.Pause, Stopping: null };
    private TimeSpan _watchPause = FirstWatch;
    private DateTimeOffset? _watchAt = input.Waiting.Any(waiting => waiting.RetryAt is null) ? now + FirstWatch : null;
    private DateTimeOffset? _pollAt = input is { Control.Demand: DesiredState.Pause, Stopping: null } ? now + PollWhilePaused : null;
    private DateTimeOffset? _pauseAt;

    public ReprocessingResult Result { get; private set; } = input.Result;

    public JobControl Control { get; private set; } = input.Control;

    public RampPlan Ramp { get; private set; } = input.Ramp;

    public CircuitBreaker Circuit { get; private set; } = input.Circuit;

    public StopReason? Stopping { get; private set; } = input.Stopping;

    public string? Error { get; private set; } = input.Error;

    /// <summary>A ramp step failed too often and the job is to be paused; nothing is begun before that is stored.</summary>
    public bool WantsPause { get; private set; } = input.WantsPause;

    /// <summary>The rest of this slice is left to the next generation.</summary>
    public bool IsClosing { get; private set; }

    public bool IsPaused => Control.Demand == DesiredState.Pause && Stopping is null;

    /// <summary>Begun and without an outcome; those that wait for their next attempt too.</summary>
    public int UnderWay => _itemsInCalls + _waiting.Count;

    public bool Waits => input.WaitForOutcome || Ramp.IsRamping;

    private int InAttempts => _itemsInCalls + _waiting.Values.Count(waiting => waiting.RetryAt is null);

    private bool MayBegin => Control.Demand == DesiredState.Run && Stopping is null && !WantsPause && !IsClosing;

    private bool IsSelected => _slice is not null || _drained is not null;

    private bool IsTrial => Circuit.State == CircuitState.HalfOpen;

    private bool IsSliceDone => _slice is not null && _queue.Count == 0 && _callsUnderWay == 0;

    /// <summary>Everything that time alone changes.</summary>
    public void Advance(DateTimeOffset now)
    {
        Circuit = Circuit.At(now);
        if (Circuit.IsExhausted)
        {
            Stopping ??= StopReason.CircuitOpen;
        }
        else if (Control.Demand == DesiredState.Cancel)
        {
            Stopping ??= StopReason.Canceled;
        }

        if (IsSliceDone && _drained is null && Stopping is null)
        {
            // Its pending rows are what is left of a job, so only a slice that was not full tells that there are none.
            var isLast = _slice!.Count < _sliceLimit;
            _drained = isLast ? StopReason.Drained : null;
            IsClosing |= !isLast;
        }

        // There is nothing left that a pause could spare.
        WantsPause &= _drained is null && Stopping is null;
    }

    public bool IsOver => _callsUnderWay == 0 && _waiting.Count == 0 && _toAbandon.Count == 0
        && (Stopping is not null ? _queue.Count == 0 && _reserved.Count == 0 : _drained is not null);

    public ReprocessingResult Finish(DateTimeOffset now) => Result.Complete(now, Stopping ?? _drained ?? StopReason.Drained);

    /// <summary>A selection failed, and nobody knows what it had reserved by then.</summary>
    public bool MayHoldUnknown { get; private set; } = input.MayHoldUnknown;

    public void Fail(string error)
    {
        MayHoldUnknown = true;
        if (Stopping is null)
        {
            (Stopping, Error) = (StopReason.Failed, error);
        }
    }

    /// <summary>Leaves what is not begun to a new generation; this one only ends what is under way.</summary>
    public void Close() => IsClosing = true;

    public JobCheckpoint Next()
    {
        var isDone = IsSliceDone;
        return input with
        {
            Result = Result with { ContinuationCount = Result.ContinuationCount + 1 },
            Error = Error,
            MayHoldUnknown = MayHoldUnknown,
            Cursor = isDone ? _slice!.Cursor : input.Cursor,
            Settled = isDone ? [] : [.. _settled.Order(StringComparer.Ordinal)],
            Control = Control,
            Ramp = Ramp,
            Circuit = Circuit,
            Pacer = _pacer,
            Waiting = [.. _waiting.Values],
            Reserved = [.. _queue.SelectMany(chunk => chunk), .. _reserved.Values],
            Drained = _drained,
            Stopping = Stopping,
            WantsPause = WantsPause,
        };
    }

    public void ApplyControl(JobControl? control, DateTimeOffset now)
    {
        if (control is not null && control.Version > Control.Version)
        {
            Control = control;
            _pacer = _pacer.WithRate(control.Pace.ItemsPerSecond, now);
        }

        if (IsPaused)
        {
            _wasPaused = true;
            _pollAt ??= now + PollWhilePaused;
        }
        else if (_wasPaused)
        {
            // What was reserved for this slice may be free again by now: the next generation selects and reserves it anew.
            _wasPaused = false;
            _pollAt = null;
            WantsPause = false;
            IsClosing |= _slice is not null;
        }

        Advance(now);
    }

    public bool DequeuePause(DateTimeOffset now)
    {
        var isTime = WantsPause && !_isPausing && !(_pauseAt > now);
        _isPausing |= isTime;
        return isTime;
    }

    /// <summary>A pause that could not be stored is asked for again: nobody could resume a job that has paused and whose row says that it runs.</summary>
    public void Pause(JobControl? stored, DateTimeOffset now)
    {
        _isPausing = false;
        WantsPause = stored is null;
        _pauseAt = stored is null ? now + PollWhilePaused : null;
        ApplyControl(stored, now);
    }
}
