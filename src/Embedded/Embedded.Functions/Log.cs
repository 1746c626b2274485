using Microsoft.Extensions.Logging;

namespace Embedded.Functions;

/// <summary>Event ids 3000 to 3999.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Metric {MetricName}: {MetricValue}")]
    public static partial void Metric(ILogger logger, string metricName, double metricValue);

    [LoggerMessage(EventId = 3001, Message = "Executed 'Functions.{Function}' ({Outcome}, Id={InvocationId}, Duration={Milliseconds}ms)")]
    public static partial void Executed(ILogger logger, LogLevel level, string function, string outcome, string invocationId, long milliseconds);

    [LoggerMessage(3002, LogLevel.Error, "Function '{Function}' failed, invocation {InvocationId}")]
    public static partial void FunctionFailed(ILogger logger, Exception exception, string function, string invocationId);

    [LoggerMessage(3003, LogLevel.Debug, "The caller of '{Function}' left before the answer, invocation {InvocationId}")]
    public static partial void CallerLeft(ILogger logger, string function, string invocationId);

    [LoggerMessage(3004, LogLevel.Warning, "The services of an invocation of '{Function}' could not be disposed of")]
    public static partial void ScopeDisposalFailed(ILogger logger, Exception exception, string function);

    [LoggerMessage(3010, LogLevel.Information, "Another host has taken this occurrence of timer '{Function}'")]
    public static partial void OccurrenceTaken(ILogger logger, string function);

    [LoggerMessage(3011, LogLevel.Warning, "The schedule status of timer '{Function}' could not be written")]
    public static partial void TimerStatusNotKept(ILogger logger, Exception exception, string function);

    [LoggerMessage(3012, LogLevel.Error, "Timer '{Function}' runs no more")]
    public static partial void TimerStopped(ILogger logger, Exception exception, string function);

    [LoggerMessage(3021, LogLevel.Information, "Waiting for task hub '{Hub}'")]
    public static partial void WaitingForHub(ILogger logger, string hub);

    [LoggerMessage(3022, LogLevel.Information, "Function keys are {State}")]
    public static partial void Keys(ILogger logger, string state);

    [LoggerMessage(3023, LogLevel.Information, "Functions:")]
    public static partial void Functions(ILogger logger);

    [LoggerMessage(3024, LogLevel.Information, "  {Function}: {Trigger}")]
    public static partial void Function(ILogger logger, string function, string trigger);

    [LoggerMessage(3025, LogLevel.Information, "Host started on {Address} in {Environment}; task hub {Hub}; durable management at {Management}")]
    public static partial void HostStarted(ILogger logger, string address, string environment, string hub, string management);

    [LoggerMessage(3026, LogLevel.Information, "  {Name} = {Value}")]
    public static partial void Key(ILogger logger, string name, string value);

    [LoggerMessage(3027, LogLevel.Critical, "Another host has task hub '{Hub}': this one stops")]
    public static partial void StoppingWithoutHub(ILogger logger, string hub);

    [LoggerMessage(3028, LogLevel.Information, "Host stopping")]
    public static partial void HostStopping(ILogger logger);

    [LoggerMessage(3029, LogLevel.Information, "Host stopped")]
    public static partial void HostStopped(ILogger logger);

    [LoggerMessage(3030, LogLevel.Error, "The management API failed: {Method} {Path}")]
    public static partial void ManagementFailed(ILogger logger, Exception exception, string method, string path);
}
