using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Hosting;

/// <summary>
/// An instance that has not ended: its mailbox, what it waits for, and its orchestrator if that is in memory. One turn at a time:
/// whoever makes it busy owns it until the release.
/// </summary>
internal sealed class ActiveInstance(InstanceHead head)
{
    /// <summary>A turn must fit into one transaction: what does not, waits for the next turn.</summary>
    private const int MaxArrivedLength = 1_000_000;
    private const int MaxMessages = 50;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, OpenTask> _open = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkedList<Arrival> _mailbox = [];
    private volatile InstanceHead _head = head;
    private bool _busy;
    private bool _closed;
    private bool _halted;
    private bool _held = !head.HasBegun;
    private bool _endsUnbegun;
    private bool _isShed;
    private TimerEntry? _startTimer;

    public string Id => _head.InstanceId;

    /// <summary>As it was last committed, but for the input of one that waits among many.</summary>
    public InstanceHead Head => _head;

    /// <summary>The execution that the next turn belongs to: one more than the head's after ContinueAsNew.</summary>
    public int Execution { get; private set; } = head.Generation;

    /// <summary>Touched by the busy turn and, while idle, by the cache.</summary>
    public OrchestrationSession? Session { get; set; }

    /// <summary>True if the instance became busy and the caller must hand it to the workers; null if it has ended.</summary>
    public bool? Post(Arrival arrival)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            // An answer to an execution before this one may carry the number of an open task of this one.
            var concernsExecution = arrival.Generation is null || arrival.Generation == Execution;
            if (!concernsExecution || (arrival.TaskId is { } task && !_open.Remove(task)))
            {
                return false;
            }

            if (arrival.Event is ExecutionTerminated && _held)
            {
                // The end of what has not begun comes before all that waits for the beginning.
                _endsUnbegun = true;
                _mailbox.AddFirst(arrival);
            }
            else
            {
                _mailbox.AddLast(arrival);
            }

            return TryBecomeBusy();
        }
    }

    /// <summary>What lets it begin. Until it has begun, only a termination wakes it.</summary>
    public void BeginAt(TimerEntry start)
    {
        lock (_gate)
        {
            _startTimer = start;
        }
    }

    /// <summary>Lets the next execution begin, before anything else that waits. Answers like <see cref="Post"/>.</summary>
    public bool? Begin(IReadOnlyList<Arrival> first)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            _held = false;
            _startTimer = null;
            for (var index = first.Count - 1; index >= 0; index--)
            {
                _mailbox.AddFirst(first[index]);
            }

            return TryBecomeBusy();
        }
    }

    /// <summary>As it was last committed; null if a part of it is in the store only.</summary>
    public InstanceHead? WholeHead
    {
        get
        {
            lock (_gate)
            {
                return _isShed ? null : _head;
            }
        }
    }

    /// <summary>Lets go of the input of one that has not begun: it may be long, and nobody needs it before.</summary>
    public void Shed()
    {
        lock (_gate)
        {
            if (_held && !_busy && _head.Input is not null)
            {
                _head = _head with { Input = null };
                _isShed = true;
            }
        }
    }

    /// <summary>Makes it whole again; needed before its next turn.</summary>
    /// <param name="stored">The head as it is in the store.</param>
    public void Restore(InstanceHead stored)
    {
        lock (_gate)
        {
            _head = stored;
            _isShed = false;
            if (_mailbox.First is { Value.Event: ExecutionStarted started } first)
            {
                first.Value = first.Value with { Event = started with { Input = stored.Input } };
            }
        }
    }

    /// <summary>What the busy turn is to handle, in order of arrival.</summary>
    public IReadOnlyList<Arrival> Take()
    {
        lock (_gate)
        {
            var taken = new List<Arrival>();
            var (length, messages) = (0, 0);
            while (_mailbox.First is { Value: var next } && length < MaxArrivedLength && messages < MaxMessages)
            {
                _mailbox.RemoveFirst();
                taken.Add(next);
                length += next.Length;
                messages += next.Sequence is null ? 0 : 1;
            }

            return taken;
        }
    }

    /// <summary>Ends the busy turn. True if more has arrived: the instance stays busy and goes back to the workers.</summary>
    public bool Release()
    {
        lock (_gate)
        {
            _busy = !_closed && HasWork;
            SettleIfClosed();
            return _busy;
        }
    }

    public void Commit(InstanceHead committed) => _head = committed;

    /// <summary>Moves to the next execution. Answers with the timers that nobody waits for any longer.</summary>
    public IReadOnlyList<TimerEntry> ContinueAsNew()
    {
        lock (_gate)
        {
            Execution++;
            var dropped = OpenTimers();
            _open.Clear();
            _mailbox = new LinkedList<Arrival>(_mailbox.Where(static arrival => arrival.Generation is null));
            return dropped;
        }
    }

    /// <summary>Expects an answer. False if the execution is over.</summary>
    public bool Open(int generation, int taskId, OpenTask task)
    {
        lock (_gate)
        {
            return !_closed && generation == Execution && _open.TryAdd(taskId, task);
        }
    }

    /// <summary>Expects an answer no longer.</summary>
    public OpenTask? Abandon(int taskId)
    {
        lock (_gate)
        {
            _open.Remove(taskId, out var task);
            return task;
        }
    }

    public bool IsOpen(int generation, int taskId)
    {
        lock (_gate)
        {
            return !_closed && generation == Execution && _open.ContainsKey(taskId);
        }
    }

    public IReadOnlyList<string> OpenChildren()
    {
        lock (_gate)
        {
            return [.. _open.OrderBy(static open => open.Key).Select(static open => open.Value).OfType<OpenTask.Child>()
                .Select(static child => child.InstanceId)];
        }
    }

    /// <summary>Takes nothing more. Answers with what will not be handled, and the timers that nobody waits for any longer.</summary>
    public (IReadOnlyList<Arrival> Unhandled, IReadOnlyList<TimerEntry> Timers) Close()
    {
        lock (_gate)
        {
            _closed = true;
            var unhandled = _mailbox.ToList();
            var timers = OpenTimers();
            _mailbox.Clear();
            _open.Clear();
            SettleIfClosed();
            return (unhandled, timers);
        }
    }

    /// <summary>It has a turn, or an activity that will lead to one. What only waits rests.</summary>
    public bool IsUnderWay
    {
        get
        {
            lock (_gate)
            {
                return (_busy && !_halted) || _open.Values.Any(static task => task is OpenTask.Activity);
            }
        }
    }

    /// <summary>Done when a closed instance has no turn any more.</summary>
    public Task WhenIdle => _idle.Task;

    /// <summary>The next turn replays the history.</summary>
    public void DropIdleSession()
    {
        lock (_gate)
        {
            if (!_busy)
            {
                Session = null;
            }
        }
    }

    /// <summary>A turn failed: the instance stays busy, so that no other turn runs on what is not the stored state.</summary>
    public void Halt()
    {
        lock (_gate)
        {
            Session = null;
            _halted = true;
            _busy = true;
            SettleIfClosed();
        }
    }

    private bool HasWork => _mailbox.Count > 0 && (!_held || _endsUnbegun);

    private List<TimerEntry> OpenTimers() =>
        [.. _open.Values.OfType<OpenTask.Timer>().Select(static timer => timer.Entry).Concat(_startTimer is null ? [] : [_startTimer])];

    private bool TryBecomeBusy()
    {
        if (_busy || !HasWork)
        {
            return false;
        }

        _busy = true;
        return true;
    }

    private void SettleIfClosed()
    {
        if (_closed && (!_busy || _halted))
        {
            _idle.TrySetResult();
        }
    }
}
