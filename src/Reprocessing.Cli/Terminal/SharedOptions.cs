namespace Reprocessing.Cli.Terminal;

/// <summary>The caller and the reason, for the audit.</summary>
internal sealed class AuditOptions(string userName, bool needsReason)
{
    public Option<string?> ReasonOption { get; } = new("--reason", "-r")
    {
        Description = needsReason ? "Why; needed. Kept with what is done, and in the audit." : "Why.",
    };

    public Option<string?> RequestedByOption { get; } = new("--requested-by") { Description = "Who asks. Default: the user's name.", HelpName = "name" };

    public IReadOnlyList<Option> Symbols => [ReasonOption, RequestedByOption];

    public string RequestedBy(ParseResult parsed) => parsed.GetValue(RequestedByOption) is { Length: > 0 } name ? name : userName;

    /// <summary>A reason that is needed is asked for before anything is sent.</summary>
    public string? Reason(ParseResult parsed) => needsReason && string.IsNullOrWhiteSpace(parsed.GetValue(ReasonOption))
        ? throw new CommandException(ExitCode.Usage, "--reason is needed: it is kept with what is done.")
        : parsed.GetValue(ReasonOption);

    /// <summary>A request body with only these two.</summary>
    public JsonObject Body(ParseResult parsed) =>
        new JsonObject { ["requestedBy"] = RequestedBy(parsed) }.With("reason", Reason(parsed));
}

internal static class ListOptions
{
    public static Option<int> Limit()
    {
        var option = new Option<int>("--limit", "-l")
        {
            Description = "No more than so many; 0 is all, read a page at a time.",
            DefaultValueFactory = _ => 50,
            HelpName = "n",
        };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.Tokens is not [var token] || (int.TryParse(token.Value, out var limit) && limit >= 0))
            {
                return;
            }

            result.AddError("--limit must be 0 or more.");
        });
        return option;
    }

    public static Argument<string> Id(string name, string description) => new(name) { Description = description };

    public static Option<string?> Word(string name, string description, IReadOnlyList<string> words)
    {
        var option = new Option<string?>(name) { Description = $"{description} One of {string.Join(", ", words)}.", HelpName = "word" };
        option.AcceptOnlyFromAmong([.. words]);
        return option;
    }
}

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
