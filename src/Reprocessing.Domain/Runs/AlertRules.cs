using System.ComponentModel.DataAnnotations;

namespace Reprocessing.Domain.Runs;

public static class AlertRules
{
    /// <param name="fullRunsInARow">Runs up to this one that reached their cap.</param>
    /// <param name="backlog">Orders still due after the run; counting may stop above the threshold.</param>
    public static IReadOnlyList<Alert> Evaluate(ReprocessingResult result, int fullRunsInARow, int backlog, AlertThresholds thresholds)
    {
        // What was skipped was not tried: many skips would hide that nothing works.
        var tried = result.FoundCount - result.SkippedCount;
        var share = tried == 0 ? 0 : (double)result.ErrorCount / tried;
        var errorShare = thresholds.ErrorPercent / 100;
        (bool IsRaised, AlertKind Kind, double Value, double Threshold, FormattableString Message)[] alerts =
        [
            (result.DlqCount > thresholds.DeadLettersPerRun, AlertKind.DeadLetters, result.DlqCount, thresholds.DeadLettersPerRun,
                $"{result.DlqCount} orders became dead letters in one run (more than {thresholds.DeadLettersPerRun})"),
            (share > errorShare, AlertKind.Errors, share, errorShare,
                $"{result.ErrorCount} of {tried} orders could not be processed (more than {errorShare:P0})"),
            (fullRunsInARow >= thresholds.FullRunsInARow, AlertKind.FullRuns, fullRunsInARow, thresholds.FullRunsInARow,
                $"{fullRunsInARow} runs in a row found as many orders as they may: the backlog grows"),
            (backlog > thresholds.Backlog, AlertKind.Backlog, backlog, thresholds.Backlog,
                $"at least {backlog} orders are still due after the run (more than {thresholds.Backlog})"),
        ];
        return [.. alerts.Where(alert => alert.IsRaised)
            .Select(alert => new Alert(alert.Kind, alert.Value, alert.Threshold, alert.Message.ToString(CultureInfo.InvariantCulture)))];
    }

    /// <summary>How many of the newest runs in a row reached their cap.</summary>
    public static int FullRunsInARow(IEnumerable<RunLoad> newestFirst) => newestFirst.TakeWhile(run => run.Found >= run.Cap).Count();
}

public sealed record RunLoad(int Found, int Cap);

/// <summary>Settings <c>Alert*</c>: from where on a run's figures are worth a warning.</summary>
public sealed record AlertThresholds
{
    /// <summary>More dead letters of one run than this point at a systemic fault.</summary>
    [Range(0, int.MaxValue)]
    public int DeadLettersPerRun { get; init; } = 10;

    /// <summary>Percent of the orders found and not skipped that could not be processed.</summary>
    [Range(0.0, 100.0)]
    public double ErrorPercent { get; init; } = 5;

    /// <summary>Runs in a row that reached their cap: the backlog grows faster than it is worked off.</summary>
    [Range(1, 100)]
    public int FullRunsInARow { get; init; } = 3;

    /// <summary>Orders that could be restarted now and are still waiting after a run.</summary>
    [Range(0, int.MaxValue)]
    public int Backlog { get; init; } = 100;
}

/// <param name="Value">The measured value.</param>
public sealed record Alert(AlertKind Kind, double Value, double Threshold, string Message);

[JsonConverter(typeof(EnumNameConverter<AlertKind>))]
public enum AlertKind
{
    DeadLetters,
    Errors,
    FullRuns,
    Backlog,
}
