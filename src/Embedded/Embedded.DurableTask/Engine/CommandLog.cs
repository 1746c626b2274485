using DurableTask.Core.Exceptions;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

/// <summary>Numbers the orchestrator's commands and keeps those that no turn has taken yet.</summary>
internal sealed class CommandLog
{
    private List<CommandEvent> _issued = [];
    private int _nextId;

    public int NextId() => _nextId < EngineLimits.MaxCommandsPerExecution
        ? _nextId++
        : throw new InvalidOperationException(
            $"Maximum amount of orchestration actions ({EngineLimits.MaxCommandsPerExecution:N0}) has been reached. "
            + "Use ContinueAsNew to start over with an empty history.");

    public void Add(CommandEvent command) => _issued.Add(command);

    public IReadOnlyList<CommandEvent> Take()
    {
        var taken = _issued;
        _issued = [];
        return taken;
    }

    /// <exception cref="NonDeterministicOrchestrationException">The code asked for something else than it did then.</exception>
    public static void Confirm(IReadOnlyList<CommandEvent> recorded, IReadOnlyList<CommandEvent> issued)
    {
        for (var i = 0; i < Math.Max(recorded.Count, issued.Count); i++)
        {
            var then = i < recorded.Count ? recorded[i] : null;
            var now = i < issued.Count ? issued[i] : null;
            if (then is null || now is null || !IsSame(then, now))
            {
                throw new NonDeterministicOrchestrationException(
                    $"Non-Deterministic workflow detected: the history has {Describe(then)} where the code now asks for {Describe(now)}. "
                    + "The orchestrator was changed while the instance was running, or it depends on something that a replay cannot repeat.");
            }
        }
    }

    private static bool IsSame(CommandEvent then, CommandEvent now) => then.TaskId == now.TaskId && (then, now) switch
    {
        (TaskScheduled a, TaskScheduled b) => SameName(a.Name, b.Name),
        (SubOrchestrationCreated a, SubOrchestrationCreated b) => SameName(a.Name, b.Name) && a.InstanceId == b.InstanceId,
        (EventSent a, EventSent b) => SameName(a.Name, b.Name) && a.InstanceId == b.InstanceId,
        (TimerCreated, TimerCreated) or (TimerCanceled, TimerCanceled) => true,
        _ => false,
    };

    private static bool SameName(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static string Describe(CommandEvent? command) => command switch
    {
        null => "nothing",
        TaskScheduled task => $"activity '{task.Name}' (#{task.TaskId})",
        SubOrchestrationCreated child => $"sub-orchestration '{child.Name}' with id '{child.InstanceId}' (#{child.TaskId})",
        EventSent sent => $"event '{sent.Name}' sent to '{sent.InstanceId}' (#{sent.TaskId})",
        TimerCreated timer => $"a timer (#{timer.TaskId})",
        TimerCanceled timer => $"the cancellation of a timer (#{timer.TaskId})",
        _ => $"{command.GetType().Name} (#{command.TaskId})",
    };
}
