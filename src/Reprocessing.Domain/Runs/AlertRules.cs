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
        (bool IsRaised, AlertKind Kind, double Value, double Threshold, FormattableString Message)[] alerts =
        [
            (result.DlqCount > thresholds.DeadLetters, AlertKind.DeadLetters, result.DlqCount, thresholds.DeadLetters,
                $"{result.DlqCount} orders became dead letters in one run (more than {thresholds.DeadLetters})"),
            (share > thresholds.ErrorShare, AlertKind.Errors, share, thresholds.ErrorShare,
                $"{result.ErrorCount} of {tried} orders could not be processed (more than {thresholds.ErrorShare:P0})"),
            (fullRunsInARow >= thresholds.FullRuns, AlertKind.FullRuns, fullRunsInARow, thresholds.FullRuns,
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

public sealed record AlertThresholds
{
    /// <summary>Dead letters of one run.</summary>
    public int DeadLetters { get; init; } = 10;

    /// <summary>Share of the found and not skipped orders that ended in an error; 0.05 is 5 %.</summary>
    public double ErrorShare { get; init; } = 0.05;

    /// <summary>Runs in a row that reached their cap.</summary>
    public int FullRuns { get; init; } = 3;

    /// <summary>Orders still due after the run.</summary>
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
