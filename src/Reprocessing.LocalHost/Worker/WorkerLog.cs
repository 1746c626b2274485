namespace Reprocessing.LocalHost.Worker;

/// <summary>What the worker logs and prints, on the host's console.</summary>
internal sealed class WorkerLog(HostJson hostJson, ILoggerFactory loggers)
{
    private readonly ILogger _host = loggers.CreateLogger("Host.Worker");
    private readonly ILogger _console = loggers.CreateLogger("Worker.Console");
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new();
    private readonly ConcurrentDictionary<string, LogLevel> _userLevels = new();
    private volatile string? _lastError;

    /// <summary>The first line of what the worker wrote last on its error stream: what it died of, as a rule.</summary>
    public string LastError => _lastError is { } line ? $" It said: {line}" : "";

    public void Write(RpcLog record, FunctionDefinition? function)
    {
        var level = (LogLevel)(int)record.Level;
        if (function is not null && level < _userLevels.GetOrAdd(function.Name, hostJson.UserLevel))
        {
            return;
        }

        var system = record.LogCategory == RpcLog.Types.RpcLogCategory.System;
        var logger = Logger(system ? "Worker." + record.Category : record.Category is { Length: > 0 } category ? category : "Worker");
        var exception = record.Exception is { } failure ? new WorkerException(failure) : null;
        logger.Log(level, 0, record.Message, exception, static (message, _) => message);
    }

    public void Output(string? line)
    {
        if (!string.IsNullOrEmpty(line))
        {
            Log.WorkerOutput(_console, line);
        }
    }

    public void Error(string? line)
    {
        if (string.IsNullOrEmpty(line))
        {
            return;
        }

        // The lines of a stack are indented.
        if (!char.IsWhiteSpace(line[0]))
        {
            _lastError = line;
        }

        Log.WorkerError(_console, line);
    }

    public void NotLoaded(string function, string reason) => Log.NotLoaded(_host, function, reason);

    public void TimedOut(string function, TimeSpan timeout) => Log.TimedOut(_host, function, timeout);

    public void Died(string reason, TimeSpan pause) => Log.WorkerDied(_host, reason, pause);

    private ILogger Logger(string category) => _loggers.GetOrAdd(category, loggers.CreateLogger);

    /// <summary>An exception of the worker, as it wrote it: with its stack in the message, as a rule.</summary>
    private sealed class WorkerException(Rpc.RpcException exception) : Exception(exception.Message)
    {
        public override string ToString()
            => exception.Message.Contains("\n   at ", StringComparison.Ordinal) ? exception.Message : $"{exception.Message}{Environment.NewLine}{exception.StackTrace}";
    }
}
