using System.CommandLine;
using System.Globalization;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Jobs;

/// <summary>How fast, in which steps, and until when an item counts as under way.</summary>
internal sealed class PaceOptions
{
    private readonly Option<int?> _parallel = new("--parallel")
    {
        Description = "Chunks at work at once; with --wait-for-outcome, orders under way at once.",
        HelpName = "n",
    };

    private readonly Option<double?> _rate = new("--rate") { Description = "No more items a second than this; 0 is as fast as it goes.", HelpName = "n" };

    private readonly Option<string?> _ramp = new("--ramp")
    {
        Description = "So many items first, the outcomes of each step waited for, as 1,5,20; then the rest.",
        HelpName = "n,n,...",
    };

    private readonly Option<double?> _failureThreshold = new("--failure-threshold")
    {
        Description = "Share of a ramp step that may fail, 0 to 1, before the job pauses by itself.",
        HelpName = "share",
    };

    private readonly Option<bool> _waitForOutcome = new("--wait-for-outcome")
    {
        Description = "An item is done when its order is, not when its workflow was started.",
    };

    public IReadOnlyList<Option> Symbols => [_parallel, _rate, _ramp, _failureThreshold, _waitForOutcome];

    public JobRequest On(JobRequest request, ParseResult parsed) => request with
    {
        Parallelism = parsed.GetValue(_parallel),
        ItemsPerSecond = parsed.GetValue(_rate),
        Ramp = Steps(parsed.GetValue(_ramp)),
        FailureThreshold = parsed.GetValue(_failureThreshold),
        WaitsForOutcome = parsed.GetValue(_waitForOutcome),
    };

    private static List<int> Steps(string? text)
    {
        if (text is null)
        {
            return [];
        }

        var steps = text.Split(',', StringSplitOptions.TrimEntries)
            .Select(step => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : 0)
            .ToList();
        return steps.Contains(0)
            ? throw new CommandException(ExitCode.Usage, $"--ramp must be numbers of items with commas between them, as 1,5,20; not '{text}'.")
            : steps;
    }
}
