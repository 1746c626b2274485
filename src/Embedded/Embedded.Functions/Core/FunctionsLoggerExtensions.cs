using Embedded.Functions;

namespace Microsoft.Extensions.Logging;

public static class FunctionsLoggerExtensions
{
    public static void LogMetric(this ILogger logger, string name, double value, IDictionary<string, object>? properties = null)
    {
        ArgumentNullException.ThrowIfNull(logger);
        using (properties is { Count: > 0 } ? logger.BeginScope(properties) : null)
        {
            Log.Metric(logger, name, value);
        }
    }
}
