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

    [LoggerMessage(2100, LogLevel.Information, "Task hub '{Hub}' is held with token {Token}; {Instances} unfinished instances were recovered")]
    public static partial void HubHeld(this ILogger logger, string hub, long token, int instances);

    [LoggerMessage(2101, LogLevel.Information, "Task hub '{Hub}' belongs to {Owner} until {ExpiresAt:O}; waiting")]
    public static partial void HubBusy(this ILogger logger, string hub, string owner, DateTimeOffset expiresAt);

    [LoggerMessage(2102, LogLevel.Warning, "Task hub '{Hub}': its owner {Owner} is dead; taking it over")]
    public static partial void OwnerDead(this ILogger logger, string hub, string owner);

    [LoggerMessage(2103, LogLevel.Error, "Task hub '{Hub}' was lost to another host; this host stops working and can commit nothing more")]
    public static partial void HubLost(this ILogger logger, string hub);

    [LoggerMessage(2104, LogLevel.Information, "Task hub '{Hub}' was given back")]
    public static partial void HubReleased(this ILogger logger, string hub);

    [LoggerMessage(2105, LogLevel.Warning, "The lease of task hub '{Hub}' could not be renewed; trying again")]
    public static partial void RenewalFailed(this ILogger logger, string hub, Exception exception);

    [LoggerMessage(2106, LogLevel.Warning, "The lease of task hub '{Hub}' could not be given back; it expires by itself")]
    public static partial void ReleaseFailed(this ILogger logger, string hub, Exception exception);

    [LoggerMessage(2110, LogLevel.Warning, "Commit {Attempt} of {Units} units to bucket {Bucket} got no answer; committing the same again")]
    public static partial void CommitUnanswered(this ILogger logger, int attempt, int units, int bucket, Exception exception);

    [LoggerMessage(2112, LogLevel.Warning, "Call {Attempt} of the task hub's store got no answer; calling again")]
    public static partial void StoreUnanswered(this ILogger logger, int attempt, Exception exception);

    [LoggerMessage(2111, LogLevel.Error, "Instance {InstanceId}: a commit was refused ({Reason}): {Message}")]
    public static partial void CommitRefused(this ILogger logger, string instanceId, string reason, string message);

    [LoggerMessage(2120, LogLevel.Error, "Instance {InstanceId} stands still until the next start of the host: its turn could not be run")]
    public static partial void TurnFailed(this ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(2121, LogLevel.Warning, "Instance {InstanceId} fails: {Message}")]
    public static partial void TurnTooLarge(this ILogger logger, string instanceId, string message);

    [LoggerMessage(2130, LogLevel.Warning, "Activity '{Name}' (#{TaskId}) of instance {InstanceId} failed")]
    public static partial void ActivityFailed(this ILogger logger, string name, int taskId, string instanceId, Exception exception);

    [LoggerMessage(2131, LogLevel.Warning, "Activity '{Name}' (#{TaskId}) of instance {InstanceId} does not exist")]
    public static partial void UnknownActivity(this ILogger logger, string name, int taskId, string instanceId);

    [LoggerMessage(2140, LogLevel.Warning, "A message of instance {InstanceId} is dropped: {Target} does not run")]
    public static partial void MessageDropped(this ILogger logger, string instanceId, string target);

    [LoggerMessage(2150, LogLevel.Error, "A background step of the task hub failed")]
    public static partial void BackgroundFailed(this ILogger logger, Exception exception);
}
