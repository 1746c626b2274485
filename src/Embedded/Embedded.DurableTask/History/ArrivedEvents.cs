namespace Embedded.DurableTask.History;

/// <summary>The first event of every execution. Says by which engine the history was begun, so that a later one can tell.</summary>
internal sealed record ExecutionStarted(
    DateTime Timestamp,
    string Name,
    string? Input = null,
    string Version = "",
    int Generation = 0,
    int EngineVersion = EngineVersions.Current) : ArrivedEvent(Timestamp);

internal sealed record TaskCompleted(DateTime Timestamp, int TaskId, string? Result = null) : ArrivedEvent(Timestamp);

internal sealed record TaskFailed(DateTime Timestamp, int TaskId, FailureRecord Failure) : ArrivedEvent(Timestamp);

internal sealed record TimerFired(DateTime Timestamp, int TaskId, DateTime FireAt) : ArrivedEvent(Timestamp);

internal sealed record SubOrchestrationCompleted(DateTime Timestamp, int TaskId, string? Result = null) : ArrivedEvent(Timestamp);

internal sealed record SubOrchestrationFailed(DateTime Timestamp, int TaskId, FailureRecord Failure) : ArrivedEvent(Timestamp);

internal sealed record EventRaised(DateTime Timestamp, string Name, string? Input = null) : ArrivedEvent(Timestamp);

internal sealed record ExecutionSuspended(DateTime Timestamp, string? Reason = null) : ArrivedEvent(Timestamp);

internal sealed record ExecutionResumed(DateTime Timestamp, string? Reason = null) : ArrivedEvent(Timestamp);

/// <param name="Timestamp">When it arrived.</param>
/// <param name="Output">The output of the ended instance.</param>
/// <param name="Recursive">Whether the children are to end too.</param>
internal sealed record ExecutionTerminated(DateTime Timestamp, string? Output = null, bool Recursive = false) : ArrivedEvent(Timestamp);
