using Reprocessing.Domain.Tests.Orders;

namespace Reprocessing.Domain.Tests.Runs;

public sealed class AlertRulesTests
{
    [Fact]
    public void What_was_skipped_is_no_evidence_that_things_work() =>
        Assert.Contains(AlertKind.Errors, Kinds(Result with { FoundCount = 100, SkippedCount = 90, ErrorCount = 1 }));

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

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Three_full_runs_in_a_row_alert(int runs, bool alerts) =>
        Assert.Equal(alerts, AlertRules.Evaluate(Result, runs, 0, Thresholds).Any(alert => alert.Kind == AlertKind.FullRuns));

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public void Backlog_above_a_hundred_alerts(int backlog, bool alerts) =>
        Assert.Equal(alerts, AlertRules.Evaluate(Result, 0, backlog, Thresholds).Any(alert => alert.Kind == AlertKind.Backlog));

    [Fact]
    public void Full_runs_are_counted_from_the_newest_to_the_first_gap()
    {
        Assert.Equal(2, AlertRules.FullRunsInARow([new(100, 100), new(100, 100), new(99, 100), new(100, 100)]));
        Assert.Equal(0, AlertRules.FullRunsInARow([new(0, 100), new(100, 100)]));
        Assert.Equal(0, AlertRules.FullRunsInARow([]));
    }

    [Fact]
    public void Message_tells_value_and_threshold() =>
        Assert.Equal(
            "60 of 1000 orders could not be processed (more than 5 %)",
            Assert.Single(AlertRules.Evaluate(Result with { FoundCount = 1_000, ErrorCount = 60 }, 0, 0, Thresholds)).Message);

    private static List<AlertKind> Kinds(ReprocessingResult result) =>
        [.. AlertRules.Evaluate(result, 0, 0, Thresholds).Select(alert => alert.Kind)];
}
