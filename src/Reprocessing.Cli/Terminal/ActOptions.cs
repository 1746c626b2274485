using System.CommandLine;
using System.Text.Json.Nodes;

namespace Reprocessing.Cli.Terminal;

/// <summary>Who does something, and why.</summary>
internal sealed class ActOptions(string userName, bool needsReason)
{
    private readonly Option<string?> _reason = new("--reason", "-r")
    {
        Description = needsReason ? "Why; needed. Kept on the job, the orders' timelines and in the audit." : "Why.",
    };

    private readonly Option<string?> _requestedBy = new("--requested-by") { Description = "Who asks. Default: the user's name.", HelpName = "name" };

    public IReadOnlyList<Option> Symbols => [_reason, _requestedBy];

    /// <summary>For acts that say all themselves.</summary>
    public Option RequestedByOption => _requestedBy;

    public string RequestedBy(ParseResult parsed) => parsed.GetValue(_requestedBy) is { Length: > 0 } name ? name : userName;

    public string? Reason(ParseResult parsed) => parsed.GetValue(_reason);

    /// <summary>Of an act that needs no more to be said.</summary>
    public JsonObject Body(ParseResult parsed)
    {
        var body = new JsonObject { ["requestedBy"] = RequestedBy(parsed) };
        if (Reason(parsed) is { } reason)
        {
            body["reason"] = reason;
        }

        return body;
    }

    /// <summary>Asked for before anything is sent.</summary>
    public string NeededReason(ParseResult parsed) => string.IsNullOrWhiteSpace(Reason(parsed))
        ? throw new CommandException(ExitCode.Usage, "--reason is needed: it is kept with what is done.")
        : Reason(parsed)!;
}
