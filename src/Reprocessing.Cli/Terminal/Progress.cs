namespace Reprocessing.Cli.Terminal;

internal interface IProgressDisplay
{
    Task<T> RunAsync<T>(Func<Action<ProgressFrame>, Task<T>> work);

    static IProgressDisplay Of(Session session) => session.Host is { IsErrorTerminal: true, CanRedraw: true }
        ? new ProgressBars(session.Host)
        : new ProgressLines(session.Messages, session.Host.Time);
}

internal sealed record ProgressFrame(string Title, string State, double? Percent, string Detail);

/// <summary>A progress bar on stderr, for a terminal.</summary>
internal sealed class ProgressBars(HostEnvironment host) : IProgressDisplay
{
    public Task<T> RunAsync<T>(Func<Action<ProgressFrame>, Task<T>> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(host.Error),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = host.AllowsColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        return console.Progress()
            .AutoClear(false)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                var bar = context.AddTask("...", maxValue: 100);
                var result = await work(frame => Draw(bar, frame));
                bar.StopTask();
                return result;
            });
    }

    private static void Draw(ProgressTask bar, ProgressFrame frame)
    {
        bar.Value = frame.Percent ?? bar.Value;
        bar.IsIndeterminate = frame.Percent is null;
        bar.Description = Markup.Escape(SafeText.Of(frame.Detail.Length > 0 ? $"{frame.State}, {frame.Detail}" : frame.State));
    }
}

/// <summary>For logs and pipes: a line for each change of state, and one every few seconds.</summary>
internal sealed class ProgressLines(Messages messages, TimeProvider time) : IProgressDisplay
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private ProgressFrame? _last;
    private DateTimeOffset _said;

    public Task<T> RunAsync<T>(Func<Action<ProgressFrame>, Task<T>> work) => work(Show);

    private void Show(ProgressFrame frame)
    {
        var now = time.GetUtcNow();
        if (_last?.State == frame.State && (_last == frame || now - _said < Between))
        {
            return;
        }

        (_last, _said) = (frame, now);
        var percent = frame.Percent is { } share ? string.Create(CultureInfo.InvariantCulture, $" {share:0.#} %") : string.Empty;
        messages.Say($"{frame.Title} {frame.State}{percent}{(frame.Detail.Length > 0 ? ", " + frame.Detail : string.Empty)}");
    }
}
