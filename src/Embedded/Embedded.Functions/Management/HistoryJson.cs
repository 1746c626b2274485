using System.Globalization;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Newtonsoft.Json.Linq;

namespace Embedded.Functions.Management;

/// <summary>
/// An instance's history as the platform shows it: what was scheduled is merged into what came of it, and the engine's own steps
/// are left out.
/// </summary>
internal sealed class HistoryJson(bool showInput, bool showOutput)
{
    private readonly Dictionary<int, CommandEvent> _commands = [];

    public JArray Of(IReadOnlyList<TurnRecord> turns) =>
        [.. turns.SelectMany(turn => turn.Events).Select(Of).OfType<JObject>()];

    private JObject? Of(HistoryEvent happened)
    {
        switch (happened)
        {
            case TimerCreated timer:
                return Event("TimerCreated", ("FireAt", Time(timer.FireAt)), ("Timestamp", Time(timer.Timestamp)));
            case CommandEvent command:
                _commands[command.TaskId] = command;
                return null;
            case TaskCompleted done:
                return Merged("TaskCompleted", done, done.TaskId, Output(done.Result));
            case TaskFailed failed:
                return Merged("TaskFailed", failed, failed.TaskId, [.. Failure(NameOf(failed.TaskId), failed.Failure)]);
            case SubOrchestrationCompleted done:
                return Merged("SubOrchestrationInstanceCompleted", done, done.TaskId, Output(done.Result));
            case SubOrchestrationFailed failed:
                return Merged("SubOrchestrationInstanceFailed", failed, failed.TaskId, [.. Failure(NameOf(failed.TaskId), failed.Failure)]);
            case TimerFired timer:
                return Event("TimerFired", ("FireAt", Time(timer.FireAt)), ("Timestamp", Time(timer.Timestamp)));
            default:
                return OfInstance(happened);
        }
    }

    /// <summary>Events about the instance itself.</summary>
    private JObject? OfInstance(HistoryEvent happened) => happened switch
    {
        ExecutionStarted started => Event(
            "ExecutionStarted",
            [.. Input(started.Input), ("Correlation", null), ("ParentTraceContext", null), ("ScheduledStartTime", null),
                ("Generation", started.Generation == 0 ? 0 : null), ("GenerateNewTrace", false), ("Timestamp", Time(started.Timestamp)),
                ("FunctionName", started.Name)]),
        EventRaised raised => Event(
            "EventRaised",
            [("Name", raised.Name), .. Input(raised.Input), ("ParentTraceContext", null), ("Timestamp", Time(raised.Timestamp))]),
        ExecutionSuspended suspended => Event("ExecutionSuspended", ("Reason", suspended.Reason), ("Timestamp", Time(suspended.Timestamp))),
        ExecutionResumed resumed => Event("ExecutionResumed", ("Reason", resumed.Reason), ("Timestamp", Time(resumed.Timestamp))),
        ExecutionTerminated ended => Event(
            "ExecutionTerminated", ("Input", PayloadJson.Read(ended.Output)), ("Timestamp", Time(ended.Timestamp))),
        ExecutionCompleted ended => Event(
            "ExecutionCompleted",
            [("OrchestrationStatus", ended.Status.ToString()), .. Output(ended.Failure is null ? ended.Result : ended.Failure.ErrorMessage),
                ("FailureDetails", Details(ended.Failure, new JObject())), ("Timestamp", Time(ended.Timestamp))]),
        _ => null,
    };

    private JObject Merged(string type, HistoryEvent happened, int taskId, params (string, JToken?)[] members)
    {
        _commands.TryGetValue(taskId, out var command);
        var merged = Event(type, [.. members, ("Timestamp", Time(happened.Timestamp))]);
        merged["ScheduledTime"] = command is null ? null : Time(command.Timestamp).Replace("Z", "+00:00", StringComparison.Ordinal);
        merged["FunctionName"] = NameOf(taskId);
        if (command is SubOrchestrationCreated child)
        {
            merged["InstanceId"] = child.InstanceId;
        }

        if (showInput)
        {
            // The platform keeps no inputs in its history unless it is told to.
            merged["Input"] = null;
        }

        return merged;
    }

    private string? NameOf(int taskId) => _commands.GetValueOrDefault(taskId) switch
    {
        TaskScheduled task => task.Name,
        SubOrchestrationCreated child => child.Name,
        _ => null,
    };

    private (string, JToken?)[] Input(string? input) => showInput ? [("Input", input)] : [];

    private (string, JToken?)[] Output(string? result) => showOutput ? [("Result", PayloadJson.Read(result))] : [];

    private static IEnumerable<(string, JToken?)> Failure(string? function, FailureRecord failure)
    {
        yield return ("Reason", $"Function '{function}' failed with an unhandled exception.");
        yield return ("Details", null);
        yield return ("FailureDetails", Details(failure, null));
    }

    private static JToken Details(FailureRecord? failure, JObject? properties) => failure is null
        ? JValue.CreateNull()
        : new JObject
        {
            ["ErrorType"] = failure.ErrorType,
            ["ErrorMessage"] = failure.ErrorMessage,
            ["StackTrace"] = failure.StackTrace,
            ["InnerFailure"] = Details(failure.InnerFailure, properties),
            ["IsNonRetriable"] = failure.IsNonRetriable,
            ["Properties"] = properties?.DeepClone(),
        };

    private static JObject Event(string type, params (string Name, JToken? Value)[] members)
    {
        var written = new JObject { ["EventType"] = type };
        foreach (var (name, value) in members)
        {
            written[name] = value;
        }

        return written;
    }

    private static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
