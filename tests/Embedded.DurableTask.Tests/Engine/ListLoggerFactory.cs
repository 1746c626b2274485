using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Keeps what is logged.</summary>
internal sealed class ListLoggerFactory : ILoggerFactory, ILogger
{
    private readonly List<(LogLevel Level, EventId Id, string Line)> _entries = [];

    public IEnumerable<string> Lines => Entries.Select(static entry => entry.Line);

    public IReadOnlyList<(LogLevel Level, EventId Id, string Line)> Entries
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_entries)
        {
            _entries.Add((logLevel, eventId, formatter(state, exception)));
        }
    }
}

internal static class LoggerLines
{
    public static void LogLine(this ILogger logger, string line) => logger.Log(LogLevel.Information, 0, line, null, static (s, _) => s);
}
