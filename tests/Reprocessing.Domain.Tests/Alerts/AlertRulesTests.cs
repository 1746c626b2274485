using Reprocessing.Domain.Tests.Orders;

namespace Reprocessing.Domain.Tests.Alerts;

public sealed class AlertRulesTests
{
    private static readonly ReprocessingResult Result = new(SampleOrders.Start);
    private static readonly AlertThresholds Thresholds = new();

    [Theory]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public void More_than_ten_dead_letters_alert(int dlq, bool alerts) =>
        Assert.Equal(alerts, Kinds(Result with { FoundCount = 1_000, DlqCount = dlq }).Contains(AlertKind.DeadLetters));

    [Theory]
    [InlineData(100, 5, false)]
    [InlineData(100, 6, true)]
    [InlineData(1, 1, true)]
    [InlineData(0, 0, false)]
    public void More_than_five_percent_errors_alert(int found, int errors, bool alerts) =>
        Assert.Equal(alerts, Kinds(Result with { FoundCount = found, ErrorCount = errors }).Contains(AlertKind.Errors));

    [Fact]
    public void What_was_skipped_is_no_evidence_that_things_work() =>
        Assert.Contains(AlertKind.Errors, Kinds(Result with { FoundCount = 100, SkippedCount = 90, ErrorCount = 1 }));

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Three_full_runs_in_a_row_alert(int runs, bool alerts) =>
        Assert.Equal(alerts, AlertRules.OfRun(Result, runs, 0, Thresholds).Single(alert => alert.Kind == AlertKind.FullRuns).Holds);

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public void Backlog_above_a_hundred_alerts(int backlog, bool alerts) =>
        Assert.Equal(alerts, AlertRules.OfRun(Result, 0, backlog, Thresholds).Single(alert => alert.Kind == AlertKind.Backlog).Holds);

    [Fact]
    public void A_backlog_that_was_not_counted_is_not_judged() =>
        Assert.DoesNotContain(AlertRules.OfRun(Result, 0, backlog: null, Thresholds), alert => alert.Kind == AlertKind.Backlog);

    [Fact]
    public void Full_runs_are_counted_from_the_newest_to_the_first_gap()
    {
        Assert.Equal(2, AlertRules.FullRunsInARow([new(100, 100), new(100, 100), new(99, 100), new(100, 100)]));
        Assert.Equal(0, AlertRules.FullRunsInARow([new(0, 100), new(100, 100)]));
        Assert.Equal(0, AlertRules.FullRunsInARow([]));
    }

    [Theory]
    [InlineData(100, 168, false, false)]
    [InlineData(101, 168, true, false)]
    [InlineData(100, 169, false, true)]
    [InlineData(0, null, false, false)]
    public void A_deep_or_old_queue_alerts(int depth, int? hours, bool isDeep, bool isOld)
    {
        var oldest = hours is { } age ? SampleOrders.Start.AddHours(-age) : (DateTimeOffset?)null;

        var found = AlertRules.OfQueue(depth, oldest, SampleOrders.Start, Thresholds);

        Assert.Equal([(AlertKind.DeadLetterDepth, isDeep), (AlertKind.DeadLetterAge, isOld)], found.Select(alert => (alert.Kind, alert.Holds)));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Two_ticks_without_a_run_alert(int missed, bool alerts) => Assert.Equal(alerts, AlertRules.OfSchedule(missed, Thresholds).Holds);

    [Theory]
    [InlineData(FailureGroupState.New, true)]
    [InlineData(FailureGroupState.Regressed, true)]
    [InlineData(FailureGroupState.Ongoing, false)]
    [InlineData(FailureGroupState.Resolved, false)]
    [InlineData(FailureGroupState.Archived, false)]
    public void A_new_or_regressed_kind_of_failure_alerts_without_the_words_of_the_failure(FailureGroupState state, bool alerts)
    {
        var found = AlertRules.OfGroup(new("f1", state, ErrorType.Timeout, "pick_timeout")
        {
            SampleReason = "card 4111",
            SampleOrderId = "A",
            Count = 3,
            OpenCount = 2,
            FirstSeen = SampleOrders.Start,
            LastSeen = SampleOrders.Start,
        });

        Assert.Equal((alerts, "f1"), (found.Holds, found.Subject));
        Assert.DoesNotContain("4111", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_tells_value_and_threshold() => Assert.Equal(
        "60 of 1000 orders could not be processed (limit 5 %)",
        AlertRules.OfRun(Result with { FoundCount = 1_000, ErrorCount = 60 }, 0, 0, Thresholds).Single(alert => alert.Holds).Message);

    private static List<AlertKind> Kinds(ReprocessingResult result) =>
        [.. AlertRules.OfRun(result, 0, 0, Thresholds).Where(alert => alert.Holds).Select(alert => alert.Kind)];
}
