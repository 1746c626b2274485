using Microsoft.Extensions.Logging;

namespace Reprocessing.Storage;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Error, "The workflow of order {OrderId} was to start, but the order cannot be read: {Reason}")]
    public static partial void StartUnreadable(ILogger logger, string orderId, string reason);
}
