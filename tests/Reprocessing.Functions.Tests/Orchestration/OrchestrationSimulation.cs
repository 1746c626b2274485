namespace Reprocessing.Functions.Tests.Orchestration;

/// <summary>
/// A mocked <see cref="TaskOrchestrationContext"/> on a clock of its own: calls take the time that they are said to take, timers fire
/// when they are due, events arrive when they are sent, one thing after the other. Whatever crosses the orchestration's border is
/// written as JSON and read back, as an engine does it.
/// </summary>
internal sealed class OrchestrationSimulation
{
    private readonly PriorityQueue<Action, (DateTime At, int Order)> _future = new();
    private readonly Dictionary<string, Func<object, Task<object?>>> _activities = [];
    private readonly Dictionary<string, (int Now, int Most)> _underWay = [];
    private readonly Queue<string> _arrived = [];
    private Action<string>? _listener;
    private object? _continuation;
    private int _order;

    public OrchestrationSimulation(DateTime start)
    {
        Now = start;
        Mock.SetupGet(c => c.InstanceId).Returns("instance");
        Mock.SetupGet(c => c.CurrentUtcDateTime).Returns(() => Now);
        Mock.Setup(c => c.CreateReplaySafeLogger(It.IsAny<string>())).Returns(NullLogger.Instance);
        Mock.Setup(c => c.SetCustomStatus(It.IsAny<object?>())).Callback<object?>(Statuses.Add);
        Mock.Setup(c => c.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>())).Callback<object?, bool>((next, _) => _continuation = next);
        Mock.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>())).Returns<DateTime, CancellationToken>(StartTimer);
    }

    public Mock<TaskOrchestrationContext> Mock { get; } = new();

    public DateTime Now { get; private set; }

    public List<object?> Statuses { get; } = [];

    public List<(DateTime At, string Name, object Input)> Calls { get; } = [];

    /// <summary>Events that the history of each generation holds, as far as the orchestration causes them.</summary>
    public List<int> Histories { get; } = [];

    public int LargestInput { get; private set; }

    public int OpenTimers { get; private set; }

    /// <summary>Timers for a moment that had passed already: whoever sets one is awake again at once, and most often for nothing.</summary>
    public int LateTimers { get; private set; }

    public OrchestrationSimulation Activity<TInput, TResult>(string name, TimeSpan takes, Func<TInput, TResult> body)
    {
        _activities[name] = input => EndLater(takes, () => Copy(body((TInput)input)));
        Mock.Setup(c => c.CallActivityAsync<TResult>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns<TaskName, object?, TaskOptions?>(async (called, input, _) =>
            {
                Calls.Add((Now, called.Name, input!));
                Histories[^1] += 2;
                var (now, most) = _underWay.GetValueOrDefault(called.Name);
                _underWay[called.Name] = (now + 1, Math.Max(most, now + 1));
                try
                {
                    return (TResult)(await _activities[called.Name](Copy(input!)!))!;
                }
                finally
                {
                    _underWay[called.Name] = _underWay[called.Name] with { Now = _underWay[called.Name].Now - 1 };
                }
            });
        return this;
    }

    public OrchestrationSimulation Event<TEvent>()
    {
        Mock.Setup(c => c.WaitForExternalEvent<TEvent>(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns<string, CancellationToken>(async (_, _) =>
        {
            if (_arrived.TryDequeue(out var arrived))
            {
                return Read<TEvent>(arrived);
            }

            var listener = new TaskCompletionSource<TEvent>();
            _listener = json => listener.SetResult(Read<TEvent>(json));
            return await listener.Task;
        });
        return this;
    }

    public int MostAtOnce(string activity) => _underWay[activity].Most;

    /// <summary>Somebody has ended it from outside; calls that are under way then are carried out all the same, and nobody hears of them.</summary>
    public bool IsTerminated { get; private set; }

    public void TerminateAt(TimeSpan after) => At(after, () => IsTerminated = true);

    /// <summary>Whatever is still under way comes to its end.</summary>
    public void Drain()
    {
        while (_future.Count > 0)
        {
            Step();
        }
    }

    /// <summary>Somebody else does something at a moment after the start.</summary>
    public void At(TimeSpan after, Action act) => Schedule(Now + after, act);

    /// <summary>
    /// An event that is not of the type that is waited for ends the run, as the platform's worker reads events before the
    /// orchestration sees them.
    /// </summary>
    public void Raise(object told)
    {
        var json = JsonSerializer.Serialize(told, told.GetType(), AppJson.Worker);
        Histories[^1]++;
        if (_listener is { } listener)
        {
            _listener = null;
            listener(json);
        }
        else
        {
            _arrived.Enqueue(json);
        }
    }

    /// <summary>Runs the orchestration through all its generations.</summary>
    public async Task<TResult> RunAsync<TInput, TResult>(TInput input, Func<TaskOrchestrationContext, Task<TResult>> orchestrator)
        where TInput : class
    {
        // Everything continues on the spot, as it does in an engine.
        SynchronizationContext.SetSynchronizationContext(null);
        object? next = input;
        while (true)
        {
            var current = (TInput)Copy(next!)!;
            Mock.Setup(c => c.GetInput<TInput>()).Returns(current);
            (_continuation, _listener) = (null, null);
            Histories.Add(0);
            var run = orchestrator(Mock.Object);
            while (!run.IsCompleted)
            {
                Step();
                if (IsTerminated)
                {
                    return default!;
                }
            }

            var result = await run;
            if (_continuation is null)
            {
                return result;
            }

            next = _continuation;
        }
    }

    private void Step()
    {
        if (!_future.TryDequeue(out var act, out var key))
        {
            throw new InvalidOperationException("The orchestration waits for something that will never come.");
        }

        Now = key.At > Now ? key.At : Now;
        act();
    }

    private Task StartTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var timer = new TaskCompletionSource();
        Histories[^1]++;
        OpenTimers++;
        LateTimers += fireAt <= Now ? 1 : 0;

        // Its queues wait for whole seconds, so the engine of Azure Storage (DurableTask.AzureStorage 2.11.2) fires up to one too early.
        Schedule(Now + TimeSpan.FromSeconds(Math.Floor((fireAt - Now).TotalSeconds)), () =>
        {
            if (!IsTerminated && timer.TrySetResult())
            {
                OpenTimers--;
                Histories[^1]++;
            }
        });
        cancellationToken.Register(() =>
        {
            if (timer.TrySetCanceled(cancellationToken))
            {
                OpenTimers--;
            }
        });
        return timer.Task;
    }

    private Task<object?> EndLater(TimeSpan takes, Func<object?> body)
    {
        var call = new TaskCompletionSource<object?>();
        Schedule(Now + takes, () =>
        {
            try
            {
                var result = body();
                if (!IsTerminated)
                {
                    call.SetResult(result);
                }
            }
            catch (TaskFailedException e) when (!IsTerminated)
            {
                call.SetException(e);
            }
        });
        return call.Task;
    }

    private static TEvent Read<TEvent>(string json) => JsonSerializer.Deserialize<TEvent>(json, AppJson.Worker)!;

    private void Schedule(DateTime at, Action act) => _future.Enqueue(act, (at, _order++));

    private object? Copy(object? value)
    {
        if (value is null)
        {
            return null;
        }

        var json = JsonSerializer.Serialize(value, value.GetType(), AppJson.Worker);
        LargestInput = Math.Max(LargestInput, json.Length);
        return JsonSerializer.Deserialize(json, value.GetType(), AppJson.Worker);
    }
}
