using System.ComponentModel.DataAnnotations;

namespace Reprocessing.Domain.Alerts;

public static class AlertRules
{
    /// <param name="backlog">Orders still due after the run; counting may stop above the threshold. Null when they could not be counted: that alert stays as it is.</param>
    public static IReadOnlyList<AlertCondition> OfRun(ReprocessingResult result, int fullRunsInARow, int? backlog, AlertThresholds thresholds)
    {
        // What was skipped was not tried: many skips would hide that nothing works.
        var tried = result.FoundCount - result.SkippedCount;
        var share = tried == 0 ? 0 : (double)result.ErrorCount / tried;
        List<AlertCondition> conditions =
        [
            Above(AlertKind.DeadLetters, result.DlqCount, thresholds.DeadLettersPerRun,
                $"{result.DlqCount} orders became dead letters in one run (limit {thresholds.DeadLettersPerRun})"),
            Above(AlertKind.Errors, share, thresholds.ErrorPercent / 100,
                $"{result.ErrorCount} of {tried} orders could not be processed (limit {thresholds.ErrorPercent / 100:P0})"),
            From(AlertKind.FullRuns, fullRunsInARow, thresholds.FullRunsInARow,
                $"{fullRunsInARow} runs in a row found as many orders as they may: from {thresholds.FullRunsInARow} on the backlog grows"),
        ];
        if (backlog is { } due)
        {
            conditions.Add(Above(AlertKind.Backlog, due, thresholds.Backlog, $"At least {due} orders are still due after the run (limit {thresholds.Backlog})"));
        }

        return conditions;
    }

    public static int FullRunsInARow(IEnumerable<RunLoad> newestFirst) => newestFirst.TakeWhile(run => run.Found >= run.Cap).Count();

    public static IReadOnlyList<AlertCondition> OfQueue(int depth, DateTimeOffset? oldest, DateTimeOffset now, AlertThresholds thresholds)
    {
        var age = oldest is { } since && since < now ? now - since : TimeSpan.Zero;
        return
        [
            Above(AlertKind.DeadLetterDepth, depth, thresholds.DeadLetterDepth, $"{depth} dead letters are unresolved (limit {thresholds.DeadLetterDepth})"),
            Above(AlertKind.DeadLetterAge, Math.Floor(age.TotalHours), thresholds.DeadLetterAge.TotalHours,
                $"The oldest unresolved dead letter has waited for {Math.Floor(age.TotalHours)} hours (limit {thresholds.DeadLetterAge.TotalHours})") with
            {
                Holds = age > thresholds.DeadLetterAge,
            },
        ];
    }

    public static AlertCondition OfSchedule(int missedTicks, AlertThresholds thresholds) => From(
        AlertKind.NoRun, missedTicks, thresholds.MissedTicks, $"{missedTicks} ticks of the schedule have passed without a run (limit {thresholds.MissedTicks})");

    /// <summary>What the entries' reasons say is for no log.</summary>
    public static AlertCondition OfGroup(FailureGroup group) => Above(
        AlertKind.FailureGroup,
        group.State is FailureGroupState.New or FailureGroupState.Regressed ? group.OpenCount : 0,
        threshold: 0,
        $"{group.OpenCount} unresolved dead letters of a kind of failure ({group.FailureStatus}) that {(group.State == FailureGroupState.Regressed ? "had been resolved" : "is new")}",
        group.Fingerprint);

    public static AlertCondition OfPausedJob(string jobId) => Above(
        AlertKind.JobPaused, 1, threshold: 0, $"Job {jobId} has paused itself: too many items of a step of its ramp failed", jobId);

    /// <param name="isOpen">Its circuit is not closed, or stopped the job.</param>
    public static AlertCondition OfCircuit(string jobId, bool isOpen) => Above(
        AlertKind.JobCircuit, isOpen ? 1 : 0, threshold: 0, $"The circuit of job {jobId} {(isOpen ? "is open: item after item fails" : "is closed")}", jobId);

    private static AlertCondition Above(AlertKind kind, double value, double threshold, FormattableString message, string? subject = null) =>
        new(kind, value > threshold, value, threshold, message.ToString(CultureInfo.InvariantCulture), subject);

    private static AlertCondition From(AlertKind kind, int value, int threshold, FormattableString message) =>
        new(kind, value >= threshold, value, threshold, message.ToString(CultureInfo.InvariantCulture));
}

public sealed record RunLoad(int Found, int Cap);

/// <summary>Settings <c>Alert*</c>: from where on figures are worth a warning.</summary>
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

    [Range(0, int.MaxValue)]
    public int Backlog { get; init; } = 100;

    [Range(0, int.MaxValue)]
    public int DeadLetterDepth { get; init; } = 100;

    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan DeadLetterAge { get; init; } = TimeSpan.FromDays(7);

    [Range(1, 1000)]
    public int MissedTicks { get; init; } = 2;
}
