using System.Globalization;

namespace Reprocessing.Cli.Terminal;

/// <summary>For logs and pipes: a line when the state changes, and one now and then while something moves.</summary>
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
