using DurableTask.Core;
using DurableTask.Core.History;
using Google.Protobuf;
using Reprocessing.Testing.InMemory;
using Protocol = Microsoft.DurableTask.Protobuf;

namespace Reprocessing.Testing.Replay;

/// <summary>
/// The last turn of a recorded instance: what the worker was asked, with all that went before, and what it answered, a line an action.
/// </summary>
internal sealed record Turn(Protocol.OrchestratorRequest Request, IReadOnlyList<string> Actions)
{
    public string Encoded => Convert.ToBase64String(Request.ToByteArray());

    public static Turn LastOf(RecordedInstance instance)
    {
        var history = instance.History;
        var begin = history.Count - 1;
        while (history[begin] is not OrchestratorStartedEvent)
        {
            begin--;
        }

        var request = new Protocol.OrchestratorRequest { InstanceId = instance.InstanceId };
        request.PastEvents.AddRange(history.Take(begin).Select(HistoryWriting.ToProtocol));
        request.NewEvents.AddRange(history.Skip(begin).Where(told => !IsAnswer(told)).Select(HistoryWriting.ToProtocol));
        return new(request, [.. history.Skip(begin).Select(Describe).OfType<string>()]);
    }

    /// <summary>What the orchestrator did, by its kind, its number and its name: what a replay must do again.</summary>
    public static string Describe(Protocol.OrchestratorAction action) => action.OrchestratorActionTypeCase switch
    {
        Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask => $"{action.Id} calls {action.ScheduleTask.Name}",
        Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer => $"{action.Id} waits until {action.CreateTimer.FireAt.ToDateTime():O}",
        Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration =>
            $"{action.Id} starts {action.CreateSubOrchestration.Name} as {action.CreateSubOrchestration.InstanceId}",
        Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent => $"{action.Id} tells {action.SendEvent.Instance.InstanceId} {action.SendEvent.Name}",
        Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase.CompleteOrchestration =>
            action.CompleteOrchestration.OrchestrationStatus == Protocol.OrchestrationStatus.Failed ? "fails" : "ends",
        _ => throw new NotSupportedException($"A replay knows no {action.OrchestratorActionTypeCase}."),
    };

    private static string? Describe(HistoryEvent told) => told switch
    {
        TaskScheduledEvent called => $"{called.EventId} calls {called.Name}",
        TimerCreatedEvent timer => $"{timer.EventId} waits until {timer.FireAt:O}",
        SubOrchestrationInstanceCreatedEvent started => $"{started.EventId} starts {started.Name} as {started.InstanceId}",
        EventSentEvent sent => $"{sent.EventId} tells {sent.InstanceId} {sent.Name}",
        ExecutionCompletedEvent { OrchestrationStatus: OrchestrationStatus.Failed } => "fails",
        ExecutionCompletedEvent => "ends",
        _ => null,
    };

    private static bool IsAnswer(HistoryEvent told) => told is OrchestratorCompletedEvent || Describe(told) is not null;
}
