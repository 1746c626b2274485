namespace Reprocessing.Functions.Tests.Orchestration;

/// <summary>
/// A mocked <see cref="TaskOrchestrationContext"/> with a clock of its own. A durable timer that cannot be cancelled is a wait:
/// it moves the clock and is over. One that can be cancelled guards an activity: it fires if that activity hangs, else it stays
/// open until it is cancelled.
/// </summary>
internal sealed class OrchestrationHarness
{
    private readonly Dictionary<string, Func<object?, Task<object?>>> _activities = [];
    private readonly Dictionary<string, Func<object?, string?, Task<object?>>> _children = [];
    private bool _lastCallHangs;

    public OrchestrationHarness(object? input)
    {
        Input = input;
        Mock.SetupGet(c => c.InstanceId).Returns("instance");
        Mock.SetupGet(c => c.CurrentUtcDateTime).Returns(() => Now);
        Mock.Setup(c => c.CreateReplaySafeLogger(It.IsAny<string>())).Returns(NullLogger.Instance);
        Mock.Setup(c => c.SetCustomStatus(It.IsAny<object?>())).Callback<object?>(Statuses.Add);
        Mock.Setup(c => c.ContinueAsNew(It.IsAny<object?>(), It.IsAny<bool>()))
            .Callback<object?, bool>((next, _) => Continuation = next);
        Mock.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Returns<DateTime, CancellationToken>(StartTimer);
    }

    public Mock<TaskOrchestrationContext> Mock { get; } = new();

    public TaskOrchestrationContext Context => Mock.Object;

    public DateTime Now { get; set; } = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    public object? Input { get; set; }

    public object? Continuation { get; set; }

    public List<object?> Statuses { get; } = [];

    public List<(string Name, object? Input)> Calls { get; } = [];

    public List<TimeSpan> Waits { get; } = [];

    public int OpenGuards { get; private set; }

    public OrchestrationHarness WithInput<TInput>()
    {
        Mock.Setup(c => c.GetInput<TInput>()).Returns(() => (TInput?)Input);
        return this;
    }

    /// <summary>Calls that do not end at once are slow, not hung: their guards stay open.</summary>
    public bool CallsMayWait { get; set; }

    public OrchestrationHarness Activity<TInput, TResult>(string name, Func<TInput, TResult> activity) =>
        ActivityAsync<TInput, TResult>(name, input => Task.FromResult(activity(input)));

    public OrchestrationHarness ActivityAsync<TInput, TResult>(string name, Func<TInput, Task<TResult>> activity)
    {
        _activities[name] = async input => await activity((TInput)input!);
        Mock.Setup(c => c.CallActivityAsync<TResult>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns<TaskName, object?, TaskOptions?>(async (called, input, _) => (TResult)(await Call(called.Name, input))!);
        return this;
    }

    public OrchestrationHarness Child<TInput, TResult>(string name, Func<TInput, string?, TResult> child)
    {
        _children[name] = (input, id) => Task.FromResult<object?>(child((TInput)input!, id));
        Mock.Setup(c => c.CallSubOrchestratorAsync<TResult>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns<TaskName, object?, TaskOptions?>(async (called, input, options) =>
            {
                Calls.Add((called.Name, input));
                return (TResult)(await _children[called.Name](input, (options as SubOrchestrationOptions)?.InstanceId))!;
            });
        return this;
    }

    public static TaskFailedException Failure(string task, string message, string errorType = "System.InvalidOperationException") =>
        new(task, 0, new TaskFailureDetails(errorType, message, null, null, null));

    /// <summary>What an engine makes of an activity that stopped at its time limit.</summary>
    public static TaskFailedException OutOfTime(string task) =>
        new(task, 0, new TaskFailureDetails(typeof(TimeLimitException).FullName!, "It took too long.", null, null, null));

    private Task<object?> Call(string name, object? input)
    {
        Calls.Add((name, input));
        var call = _activities[name](input);
        _lastCallHangs = !call.IsCompleted && !CallsMayWait;
        return call;
    }

    private Task StartTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            Waits.Add(fireAt - Now);
            Now = fireAt;
            return Task.CompletedTask;
        }

        if (_lastCallHangs)
        {
            Now = fireAt;
            return Task.CompletedTask;
        }

        OpenGuards++;
        var guard = new TaskCompletionSource();
        cancellationToken.Register(() =>
        {
            OpenGuards--;
            guard.TrySetCanceled(cancellationToken);
        });
        return guard.Task;
    }
}
