namespace Reprocessing.Storage;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Error, "The workflow of order {OrderId} was to start, but the order cannot be read: {Reason}")]
    public static partial void StartUnreadable(ILogger logger, string orderId, string reason);

    [LoggerMessage(4002, LogLevel.Warning, "The outcome note {RowKey} of shard {Shard} cannot be read and waits: {Reason}")]
    public static partial void NoteUnreadable(ILogger logger, string shard, string rowKey, string reason);

    [LoggerMessage(4003, LogLevel.Warning, "{Count} outcomes of job {JobId} wait: others change its items all the time")]
    public static partial void OutcomesWait(ILogger logger, string jobId, int count);

    [LoggerMessage(4010, LogLevel.Error, "The dead letter {Partition}/{RowKey} cannot be read: {Reason}")]
    public static partial void DeadLetterUnreadable(ILogger logger, string partition, string rowKey, string reason);

    [LoggerMessage(4011, LogLevel.Error, "The mark of failure group {RowKey} cannot be read: {Reason}")]
    public static partial void FailureGroupUnreadable(ILogger logger, string rowKey, string reason);

    [LoggerMessage(4020, LogLevel.Error, "Workflow {InstanceId} could not be put into the index: {Reason}")]
    public static partial void WorkflowNotIndexed(ILogger logger, string instanceId, string reason);

    [LoggerMessage(4021, LogLevel.Error, "The workflow {Partition}/{RowKey} of the index cannot be read: {Reason}")]
    public static partial void WorkflowUnreadable(ILogger logger, string partition, string rowKey, string reason);

    [LoggerMessage(4030, LogLevel.Error, "The notice in row {RowKey} cannot be read and is not sent: {Reason}")]
    public static partial void NoticeUnreadable(ILogger logger, string rowKey, string reason);
}
