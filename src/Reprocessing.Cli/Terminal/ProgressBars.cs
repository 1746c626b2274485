using Spectre.Console;

namespace Reprocessing.Cli.Terminal;

/// <summary>For people before a terminal: a bar that moves, on stderr.</summary>
internal sealed class ProgressBars(Surroundings surroundings) : IProgressDisplay
{
    public Task<T> RunAsync<T>(Func<Action<ProgressFrame>, Task<T>> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(surroundings.Error),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = surroundings.AllowsColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
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
