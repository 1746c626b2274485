using Microsoft.Extensions.Logging;

namespace Embedded.Functions;

internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Metric {MetricName}: {MetricValue}")]
    public static partial void Metric(ILogger logger, string metricName, double metricValue);
}
