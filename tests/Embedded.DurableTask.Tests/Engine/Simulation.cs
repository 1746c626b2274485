using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>What may vary from run to run without changing any answer.</summary>
internal sealed record Weather
{
    /// <summary>Which of n possible next steps to take.</summary>
    public Func<int, int> Choose { get; init; } = static _ => 0;

    /// <summary>Whether to forget the session before a turn, so that the turn begins with a replay.</summary>
    public Func<bool> DropsSession { get; init; } = static () => false;

    /// <summary>Whether to deliver a completion twice.</summary>
    public Func<bool> Redelivers { get; init; } = static () => false;

    /// <summary>Whether to let more events arrive before the turn.</summary>
    public Func<bool> Gathers { get; init; } = static () => false;
}

/// <summary>
/// A task hub in memory on a clock of its own: carries out what turns ask for, and feeds the results back. Everything that happens
/// is decided by <see cref="Weather"/>.
/// </summary>
internal sealed class Simulation(DelegateExecutor executor, Weather? weather = null, ILoggerFactory? loggers = null)
{
    private readonly Weather _weather = weather ?? new Weather();
    private readonly Dictionary<string, SimulatedInstance> _instances = [];
    private readonly List<(SimulatedInstance Caller, int Generation, TaskScheduled Call)> _activities = [];
    private readonly List<(SimulatedInstance Owner, int Generation, TimerCreated Timer)> _timers = [];

    public DateTime Now { get; set; } = new(2026, 3, 1, 8, 0, 0, DateTimeKind.Utc);

    public SimulatedInstance this[string id] => _instances[id];

    public IEnumerable<SimulatedInstance> Instances => _instances.Values;

    public int OpenTimers => _timers.Count;

    public int OpenActivities => _activities.Count;

    public SimulatedInstance Start(string name, object? input = null, string id = "inst") =>
        Start(new OrchestrationIdentity(name, id), DelegateExecutor.Converter.Serialize(input), []);

    public SimulatedInstance Run(string name, object? input = null, string id = "inst")
    {
        var instance = Start(name, input, id);
        RunToRest();
        return instance;
    }

    public void Raise(string id, string name, object? payload = null) =>
        _instances[id].Inbox.Add(new EventRaised(Now, name, DelegateExecutor.Converter.Serialize(payload)));

    /// <summary>Steps until nothing can happen any more.</summary>
    public void RunToRest()
    {
        for (var steps = 0; Step(); steps++)
        {
            Assert.True(steps < 100_000, "The simulation does not come to rest.");
        }
    }

    /// <summary>Steps until nothing can happen without the clock moving.</summary>
    public void RunReady()
    {
        while (StepReady())
        {
        }
    }

    public bool Step() => StepReady() || FireNextTimer();

    private bool StepReady()
    {
        var waiting = _instances.Values.Where(static i => i.Ending is null && i.Inbox.Count > 0).OrderBy(static i => i.Identity.InstanceId, StringComparer.Ordinal).ToList();
        if (waiting.Count > 0 && !(_activities.Count > 0 && _weather.Gathers()))
        {
            Turn(waiting[_weather.Choose(waiting.Count)]);
            return true;
        }

        if (_activities.Count == 0)
        {
            return false;
        }

        var index = _weather.Choose(_activities.Count);
        var (caller, generation, call) = _activities[index];
        _activities.RemoveAt(index);
        Deliver(caller, generation, Perform(caller, call));
        return true;
    }

    private HistoryEvent Perform(SimulatedInstance caller, TaskScheduled call)
    {
        if (!executor.HasActivity(call.Name))
        {
            return new TaskFailed(Now, call.TaskId, TaskFailures.MissingActivity(call.Name));
        }

        try
        {
            var request = new ActivityRequest(call.Name, caller.Identity.InstanceId, call.TaskId, call.Input);
            return new TaskCompleted(Now, call.TaskId, executor.RunActivityAsync(request, CancellationToken.None).Result);
        }
        catch (Exception exception)
        {
            return new TaskFailed(Now, call.TaskId, FailureRecord.FromException(exception));
        }
    }

    private void Deliver(SimulatedInstance target, int generation, HistoryEvent arrived)
    {
        if (target.Identity.Generation == generation)
        {
            target.Inbox.Add(arrived);
            if (_weather.Redelivers())
            {
                target.Inbox.Add(arrived);
            }
        }
    }

    private bool FireNextTimer()
    {
        if (_timers.Count == 0)
        {
            return false;
        }

        var due = _timers.MinBy(static t => t.Timer.FireAt);
        _timers.Remove(due);
        Now = due.Timer.FireAt > Now ? due.Timer.FireAt : Now;
        Deliver(due.Owner, due.Generation, new TimerFired(Now, due.Timer.TaskId, due.Timer.FireAt));
        return true;
    }

    private SimulatedInstance Start(OrchestrationIdentity identity, string? input, IReadOnlyList<EventRaised> carriedOver)
    {
        if (!_instances.TryGetValue(identity.InstanceId, out var instance) || instance.Ending is not null)
        {
            _instances[identity.InstanceId] = instance = new SimulatedInstance(identity);
        }

        instance.Begin(identity);
        instance.Inbox.InsertRange(
            0, [new ExecutionStarted(Now, identity.Name, input, identity.Version, identity.Generation), .. carriedOver]);
        return instance;
    }

    private void Turn(SimulatedInstance instance)
    {
        Now = Now.AddMilliseconds(1);
        if (_weather.DropsSession())
        {
            instance.Session = null;
        }

        if (instance.Session is null)
        {
            instance.Session = NewSession(instance.Identity);
            instance.Session.Replay(instance.Turns);
        }

        List<HistoryEvent> arrived = [.. instance.Inbox];
        instance.Inbox.Clear();
        var result = instance.Session.RunTurn(Now, arrived);
        instance.Commit(result);
        foreach (var command in result.Record.Events.OfType<CommandEvent>())
        {
            CarryOut(instance, command, result.Ending is not null);
        }

        if (result.Ending is { } ending)
        {
            End(instance, ending);
        }
    }

    private OrchestrationSession NewSession(OrchestrationIdentity identity) =>
        new(identity, executor, DelegateExecutor.Converter, loggers ?? NullLoggerFactory.Instance);

    private void CarryOut(SimulatedInstance instance, CommandEvent command, bool ended)
    {
        switch (command)
        {
            case EventSent sent:
                if (_instances.TryGetValue(sent.InstanceId, out var target))
                {
                    target.Inbox.Add(new EventRaised(Now, sent.Name, sent.Input));
                }

                break;
            case TimerCanceled canceled:
                _timers.RemoveAll(t => t.Owner == instance && t.Timer.TaskId == canceled.TaskId);
                break;
            case var _ when ended:
                break;
            case TaskScheduled call:
                _activities.Add((instance, instance.Identity.Generation, call));
                break;
            case TimerCreated timer:
                _timers.Add((instance, instance.Identity.Generation, timer));
                break;
            case SubOrchestrationCreated child:
                Start(
                    new OrchestrationIdentity(
                        child.Name, child.InstanceId, 0, child.Version ?? "", instance.Identity.Name, instance.Identity.InstanceId),
                    child.Input,
                    []).Parent = (instance, instance.Identity.Generation, child.TaskId);
                break;
        }
    }

    private void End(SimulatedInstance instance, OrchestrationEnding ending)
    {
        if (ending is OrchestrationEnding.ContinuedAsNew next)
        {
            var identity = instance.Identity with { Generation = instance.Identity.Generation + 1, Version = next.Version };
            Start(identity, next.Input, next.CarriedOver);
            return;
        }

        instance.Ending = ending;
        if (instance.Parent is var (parent, generation, taskId))
        {
            Deliver(parent, generation, ending switch
            {
                OrchestrationEnding.Completed completed => new SubOrchestrationCompleted(Now, taskId, completed.Output),
                OrchestrationEnding.Failed failed => new SubOrchestrationFailed(Now, taskId, failed.Failure),
                _ => new SubOrchestrationFailed(Now, taskId, new FailureRecord("Terminated", "terminated")),
            });
        }
    }
}
