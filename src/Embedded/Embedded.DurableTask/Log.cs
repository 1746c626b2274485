using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask;

/// <summary>The log lines of this project: 2000 to 2099 the engine, 2100 and on the task hub.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Error,
        "Orchestration {InstanceId}: a continuation arrived from another thread. The orchestrator awaits something that is not durable")]
    public static partial void ForeignContinuation(ILogger logger, string instanceId);

    [LoggerMessage(2001, LogLevel.Debug, "Orchestration {InstanceId}: {Kind} #{TaskId} ignored, nothing waits for it any more")]
    public static partial void EventIgnored(ILogger logger, string instanceId, string kind, int taskId);

    [LoggerMessage(2002, LogLevel.Error, "Orchestration {InstanceId}: {Reason}")]
    public static partial void ExecutionStopped(ILogger logger, string instanceId, string reason);

    [LoggerMessage(2003, LogLevel.Warning, "Orchestration {InstanceId}: '{TaskName}' failed at attempt {Attempt} and is tried again")]
    public static partial void Retrying(ILogger logger, string instanceId, string taskName, int attempt);
}
