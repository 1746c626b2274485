using System.CommandLine;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Jobs;

/// <summary>Options of every command that applies a plan.</summary>
internal sealed class JobOptions(Surroundings surroundings)
{
    private readonly ActOptions _act = new(surroundings.UserName, needsReason: true);
    private readonly PaceOptions _pace = new();
    private readonly WaitOptions _wait = new();
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "Make the plan, show it and stop: nothing is changed." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask; needed where nobody can be asked." };

    private readonly Option<string?> _key = new("--idempotency-key")
    {
        Description = "The same key and request again is the same job, also from another call. Default: a new one.",
        HelpName = "text",
    };

    public IReadOnlyList<Option> Symbols => [.. _act.Symbols, .. _pace.Symbols, _dryRun, _yes, .. _wait.Symbols, _key];

    public JobRequest Read(ParseResult parsed)
    {
        var isDryRun = parsed.GetValue(_dryRun);
        var reason = isDryRun ? _act.Reason(parsed) ?? string.Empty : _act.NeededReason(parsed);
        return _pace.On(new(reason, _act.RequestedBy(parsed)), parsed) with
        {
            IsDryRun = isDryRun,
            IsConfirmed = parsed.GetValue(_yes),
            Waits = _wait.IsWaiting(parsed),
            Timeout = _wait.Timeout(parsed),
            IdempotencyKey = parsed.GetValue(_key),
        };
    }
}
