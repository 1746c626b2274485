namespace Reprocessing.Functions.Observability;

/// <summary>All log lines go through it: reasons, names and failures come from outside, and here their control characters are escaped (see <see cref="SafeText"/>).</summary>
internal sealed class EscapedLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new EscapedLogger(inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();
}

internal sealed class EscapedLogger(ILogger inner) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel))
        {
            return;
        }

        var message = formatter(state, exception);
        var thrown = exception?.ToString() is { } text && SafeText.OfLines(text) != text ? new EscapedException(exception) : exception;
        if (SafeText.IsLine(message) && ReferenceEquals(thrown, exception))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
            return;
        }

        var values = (state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            .Select(value => value.Value is string text ? KeyValuePair.Create<string, object?>(value.Key, SafeText.Of(text)) : value);
        inner.Log(logLevel, eventId, values.ToList(), thrown, (_, _) => SafeText.Of(message));
    }
}

/// <summary>Stands for an exception that has text to escape. Its lines stay lines, as those of its stack do.</summary>
internal sealed class EscapedException(Exception thrown)
    : Exception(SafeText.OfLines(thrown.Message), thrown.InnerException is { } inner ? new EscapedException(inner) : null)
{
    public override string? StackTrace => thrown.StackTrace;

    public override string ToString() => SafeText.OfLines(thrown.ToString());
}
