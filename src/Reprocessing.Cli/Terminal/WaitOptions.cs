using System.CommandLine;

namespace Reprocessing.Cli.Terminal;

/// <summary>Options of commands that can wait for an end.</summary>
internal sealed class WaitOptions
{
    private readonly Option<bool> _wait = new("--wait", "-w", "--watch")
    {
        Description = "Wait for the end and show the progress. Ctrl-C stops the waiting, not the job.",
    };

    private readonly Option<string?> _timeout = TimeoutOption();

    public IReadOnlyList<Option> Symbols => [_wait, _timeout];

    public bool IsWaiting(ParseResult parsed) => parsed.GetValue(_wait);

    public TimeSpan? Timeout(ParseResult parsed)
    {
        var timeout = Duration(parsed, _timeout);
        return timeout is null || IsWaiting(parsed) ? timeout : throw new CommandException(ExitCode.Usage, "--timeout is of no use without --wait.");
    }

    public static Option<string?> TimeoutOption() =>
        new("--timeout") { Description = "Wait no longer than this: 90s, 5m, 2h. Default: no limit.", HelpName = "time" };

    public static TimeSpan? Duration(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } text
        ? null
        : Durations.Parse(text) ?? throw new CommandException(ExitCode.Usage, $"{option.Name} must be a length of time, as 90s, 5m or 2h; not '{text}'.");
}
