using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Reprocessing.LocalHost.Hosting;

/// <summary>A record is one line: time, level when it is not information, category, message. An exception follows, indented.</summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var level = logEntry.LogLevel switch
        {
            LogLevel.Trace => "trace ",
            LogLevel.Debug => "debug ",
            LogLevel.Warning => "WARN ",
            LogLevel.Error => "ERROR ",
            LogLevel.Critical => "CRITICAL ",
            _ => "",
        };
        textWriter.WriteLine($"[{DateTime.UtcNow.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}] {level}{logEntry.Category}: {Escape(message.ReplaceLineEndings(" "))}");
        foreach (var line in logEntry.Exception?.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            textWriter.WriteLine($"    {Escape(line.TrimEnd())}");
        }
    }

    /// <summary>What the host tells of requests and functions comes from outside, and must not paint on the terminal.</summary>
    private static string Escape(string line) => string.Concat(line.Select(letter =>
        char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator && letter != '\t'
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}")
            : letter.ToString()));

    /// <summary>The host's loggers: host.json's levels over quiet ones for what repeats the host's own words.</summary>
    public static ILoggerFactory CreateLoggers(IConfiguration configuration) => LoggerFactory.Create(logging => logging
        .AddConsole(console => console.FormatterName = FormatterName)
        .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>()
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Grpc", LogLevel.Warning)
        .AddFilter("DurableTask", LogLevel.Warning)
        // What breaks the start is told by the host's last line.
        .AddFilter("Host.Startup", LogLevel.None)
        .AddFilter("Host.Triggers", LogLevel.Warning)
        .AddFilter("Host.Singleton", LogLevel.Warning)
        // The SDK tells every start and end of a function here, and each failure with a stack of its own.
        .AddFilter("Function", LogLevel.None)
        .AddFilter("Host.Results", LogLevel.None)
        .AddConfiguration(configuration.GetSection($"{HostJson.Section}:logging")));
}
