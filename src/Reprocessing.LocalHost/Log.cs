namespace Reprocessing.LocalHost;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    public static partial void WorkerOutput(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Line}")]
    public static partial void WorkerError(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Error, Message = "Function {Function} cannot be called, the worker did not load it: {Reason}")]
    public static partial void NotLoaded(ILogger logger, string function, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Function {Function} did not end within the functionTimeout of {Timeout}; the worker is started again.")]
    public static partial void TimedOut(ILogger logger, string function, TimeSpan timeout);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason} It is started again in {Pause}.")]
    public static partial void WorkerDied(ILogger logger, string reason, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Error, Message = "Function {Function} failed: {Reason}")]
    public static partial void FunctionFailed(ILogger logger, string function, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Function {Function} was not run: {Reason}")]
    public static partial void NotRun(ILogger logger, string function, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The schedule status of {Timer} was not kept: {Reason}")]
    public static partial void StatusNotKept(ILogger logger, string timer, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The app was built for version {Built} of the Durable extension; this host runs {Run}.")]
    public static partial void OtherExtension(ILogger logger, string built, string run);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Function {Function} has a retry policy, which this host does not apply.")]
    public static partial void NoRetry(ILogger logger, string function);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Anyone who reaches {Address} can call every function: in Development no keys are asked for.")]
    public static partial void Open(ILogger logger, IPAddress address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Host started: {Root}, {Count} functions, host id {HostId}, after {Seconds:0.0} s.")]
    public static partial void Started(ILogger logger, Uri root, int count, string hostId, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Host stops: what is in hand is finished, for {Limit} at most. A second Ctrl+C ends it at once.")]
    public static partial void Stopping(ILogger logger, TimeSpan limit);

    [LoggerMessage(Level = LogLevel.Information, Message = "Host stopped.")]
    public static partial void Stopped(ILogger logger);
}
