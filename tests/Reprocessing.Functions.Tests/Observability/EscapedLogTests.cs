using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Reprocessing.Functions.Tests.Observability;

/// <summary>Texts from outside reach log lines: one line stays one, and none paints on the operator's terminal.</summary>
public sealed class EscapedLogTests : IDisposable
{
    private readonly Recorder _recorder = new();

    public void Dispose() => _recorder.Dispose();

    [Fact]
    public void Control_characters_of_an_argument_are_escaped()
    {
        Logger().JobPausedItself("job-1", "tired\u001b[2J\nJob job-2 was changed\u2028\u202e\u009b");

        var (message, values, _) = Assert.Single(_recorder.Lines);
        Assert.Equal(@"Job job-1 paused itself: tired\u001b[2J\nJob job-2 was changed\u2028\u202e\u009b", message);
        Assert.Equal(@"tired\u001b[2J\nJob job-2 was changed\u2028\u202e\u009b", values["Reason"]);
    }

    [Fact]
    public void Control_characters_of_an_exception_are_escaped_and_its_type_and_stack_are_told()
    {
        var thrown = Assert.Throws<AggregateException>(Fail);

        Logger().JobNotStarted(thrown, "job-1");

        var told = Assert.Single(_recorder.Lines).Exception!;
        Assert.DoesNotContain('\u001b', told.ToString());
        Assert.DoesNotContain('\u001b', told.Message);
        Assert.Contains(@"inner\u001b[31m", told.ToString(), StringComparison.Ordinal);
        Assert.Contains("System.AggregateException", told.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(EscapedLogTests), told.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void What_needs_no_escape_is_logged_as_it_is()
    {
        var thrown = new InvalidOperationException("plain\nand in two lines");

        Logger().JobNotStarted(thrown, "job-é-日本");

        var (message, values, exception) = Assert.Single(_recorder.Lines);
        Assert.Contains("job-é-日本", message, StringComparison.Ordinal);
        Assert.Equal("job-é-日本", values["JobId"]);
        Assert.Same(thrown, exception);
    }

    private static void Fail() => throw new AggregateException("outer\u001b", new InvalidOperationException("inner\u001b[31m"));

    private ILogger Logger()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("AzureWebJobsStorage", "UseDevelopmentStorage=true")]);
        builder.Logging.AddProvider(_recorder);
        builder.AddReprocessing();
        return builder.Services.BuildServiceProvider().GetRequiredService<ILogger<EscapedLogTests>>();
    }

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        public List<(string Message, IReadOnlyDictionary<string, object?> Values, Exception? Exception)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((formatter(state, exception), ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(), exception));

        public void Dispose()
        {
        }
    }
}
