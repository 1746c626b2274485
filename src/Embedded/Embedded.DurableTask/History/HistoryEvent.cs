using System.Text.Json.Serialization;

namespace Embedded.DurableTask.History;

/// <summary>One fact of an orchestration's history. Its kind is the first JSON member; an unknown kind cannot be read.</summary>
/// <param name="Timestamp">UTC. Of the turn for commands and endings; of the arrival for everything else.</param>
[JsonPolymorphic(
    TypeDiscriminatorPropertyName = "kind",
    UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(OrchestratorStarted), nameof(OrchestratorStarted))]
[JsonDerivedType(typeof(ExecutionStarted), nameof(ExecutionStarted))]
[JsonDerivedType(typeof(TaskScheduled), nameof(TaskScheduled))]
[JsonDerivedType(typeof(TaskCompleted), nameof(TaskCompleted))]
[JsonDerivedType(typeof(TaskFailed), nameof(TaskFailed))]
[JsonDerivedType(typeof(TimerCreated), nameof(TimerCreated))]
[JsonDerivedType(typeof(TimerFired), nameof(TimerFired))]
[JsonDerivedType(typeof(TimerCanceled), nameof(TimerCanceled))]
[JsonDerivedType(typeof(SubOrchestrationCreated), nameof(SubOrchestrationCreated))]
[JsonDerivedType(typeof(SubOrchestrationCompleted), nameof(SubOrchestrationCompleted))]
[JsonDerivedType(typeof(SubOrchestrationFailed), nameof(SubOrchestrationFailed))]
[JsonDerivedType(typeof(EventRaised), nameof(EventRaised))]
[JsonDerivedType(typeof(EventSent), nameof(EventSent))]
[JsonDerivedType(typeof(ExecutionSuspended), nameof(ExecutionSuspended))]
[JsonDerivedType(typeof(ExecutionResumed), nameof(ExecutionResumed))]
[JsonDerivedType(typeof(ExecutionTerminated), nameof(ExecutionTerminated))]
[JsonDerivedType(typeof(ExecutionCompleted), nameof(ExecutionCompleted))]
[JsonDerivedType(typeof(ContinuedAsNew), nameof(ContinuedAsNew))]
internal abstract record HistoryEvent(DateTime Timestamp);

/// <summary>A turn began; its timestamp is the only clock that the orchestrator sees in it.</summary>
internal sealed record OrchestratorStarted(DateTime Timestamp) : HistoryEvent(Timestamp);

/// <summary>What another orchestration, a client or the platform told the instance.</summary>
internal abstract record ArrivedEvent(DateTime Timestamp) : HistoryEvent(Timestamp);

/// <summary>What the orchestrator asked for; confirmed one by one when the code is replayed.</summary>
/// <param name="TaskId">The command's number in this execution, from zero.</param>
internal abstract record CommandEvent(DateTime Timestamp, int TaskId) : HistoryEvent(Timestamp);
