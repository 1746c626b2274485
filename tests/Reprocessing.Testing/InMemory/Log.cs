using Microsoft.Extensions.Logging;

namespace Reprocessing.Testing.InMemory;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "Function {Function} has failed.")]
    public static partial void FunctionFailed(this ILogger logger, Exception exception, string function);
}
