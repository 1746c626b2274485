namespace Embedded.DurableTask.History;

internal sealed record TaskScheduled(
    DateTime Timestamp,
    int TaskId,
    string Name,
    string? Input = null,
    string? Version = null,
    IReadOnlyDictionary<string, string>? Tags = null) : CommandEvent(Timestamp, TaskId);

internal sealed record TimerCreated(DateTime Timestamp, int TaskId, DateTime FireAt) : CommandEvent(Timestamp, TaskId);

/// <summary>The orchestrator gave the timer up; its number is the timer's own.</summary>
internal sealed record TimerCanceled(DateTime Timestamp, int TaskId) : CommandEvent(Timestamp, TaskId);

internal sealed record SubOrchestrationCreated(
    DateTime Timestamp,
    int TaskId,
    string Name,
    string InstanceId,
    string? Input = null,
    string? Version = null,
    IReadOnlyDictionary<string, string>? Tags = null) : CommandEvent(Timestamp, TaskId);

internal sealed record EventSent(
    DateTime Timestamp,
    int TaskId,
    string InstanceId,
    string Name,
    string? Input = null) : CommandEvent(Timestamp, TaskId);
