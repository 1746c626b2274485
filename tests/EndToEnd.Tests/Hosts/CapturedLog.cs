using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests.Hosts;

internal sealed record LogEntry(LogLevel Level, string Category, string Message, Exception? Exception);

/// <summary>What an app in the test process logs, at Information and above.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    public int Count(Func<LogEntry, bool> which) => _entries.Count(which);

    /// <summary>Its warnings and errors, the last ones.</summary>
    public string Complaints() => string.Join(
        Environment.NewLine,
        _entries.Where(entry => entry.Level >= LogLevel.Warning).TakeLast(20).Select(entry => $"{entry.Level}: {entry.Message} {entry.Exception?.Message}"));

    public void Clear() => _entries.Clear();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _entries);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<LogEntry> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                entries.Enqueue(new(logLevel, category, formatter(state, exception), exception));
            }
        }
    }
}
