namespace Reprocessing.Storage;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Error, "The workflow of order {OrderId} was to start, but the order cannot be read: {Reason}")]
    public static partial void StartUnreadable(ILogger logger, string orderId, string reason);

    [LoggerMessage(4002, LogLevel.Error, "The {Kind} in row {Partition}/{RowKey} cannot be read and is passed over: {Reason}")]
    public static partial void RowUnreadable(ILogger logger, string kind, string partition, string rowKey, string reason);

    [LoggerMessage(4003, LogLevel.Warning, "{Count} outcomes of job {JobId} wait: others change its items all the time")]
    public static partial void OutcomesWait(ILogger logger, string jobId, int count);

    [LoggerMessage(4020, LogLevel.Error, "Workflow {InstanceId} could not be put into the index: {Reason}")]
    public static partial void WorkflowNotIndexed(ILogger logger, string instanceId, string reason);
}
