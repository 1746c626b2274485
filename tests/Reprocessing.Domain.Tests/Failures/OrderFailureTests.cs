using System.Globalization;

namespace Reprocessing.Domain.Tests.Failures;

public sealed class OrderFailureTests
{
    private static readonly FailureReport Report =
        new("ORD-1", "pick_timeout", "order-fulfillment-ORD-1", new(2026, 8, 15, 12, 0, 0, TimeSpan.FromHours(2)), "too slow");

    [Fact]
    public void From_takes_the_error_type_of_the_status_unless_told()
    {
        Assert.Equal(ErrorType.Timeout, OrderFailure.From(Report).ErrorType);
        Assert.Equal(ErrorType.Network, OrderFailure.From(Report with { ErrorType = ErrorType.Network }).ErrorType);
    }

    [Fact]
    public void From_keeps_the_moment_in_utc() =>
        Assert.Equal(new DateTimeOffset(2026, 8, 15, 10, 0, 0, TimeSpan.Zero), OrderFailure.From(Report).FailedAt);

    [Fact]
    public void From_cuts_a_long_reason_without_splitting_a_character()
    {
        var reason = OrderFailure.From(Report with { Reason = new string('x', 998) + "🚚🚚" }).Reason;

        Assert.Equal(new string('x', 998) + "…", reason);
    }

    [Fact]
    public void Unknown_status_is_refused_with_the_known_ones()
    {
        var problem = Assert.Single((Report with { FailureStatus = "sneezed" }).Check());

        Assert.Equal("/failureStatus", problem.Path);
        Assert.Equal(
            "must be one of picking_failed, packing_failed, shipping_failed, wave_timeout, pick_timeout, validation_failed, "
            + "address_invalid, item_discontinued, not_acknowledged",
            problem.Message);
        Assert.Throws<ArgumentException>(() => OrderFailure.From(Report with { FailureStatus = "sneezed" }));
    }

    [Fact]
    public void Check_reports_every_fault() =>
        Assert.Equal(
            ["/orderId", "/failureStatus", "/workflowId", "/runId"],
            (Report with { OrderId = "a/b", FailureStatus = "", WorkflowId = "", RunId = "#" }).Check().Select(problem => problem.Path));

    [Fact]
    public void Default_retried_statuses_are_the_transient_ones() =>
        Assert.Equal(
            ["picking_failed", "packing_failed", "shipping_failed", "wave_timeout", "pick_timeout", "not_acknowledged"], FailureStatuses.RetriedByDefault);

    [Theory]
    [InlineData(Stage.Validate, false, "validation_failed")]
    [InlineData(Stage.Plan, false, "wave_timeout")]
    [InlineData(Stage.Pick, false, "picking_failed")]
    [InlineData(Stage.Pick, true, "pick_timeout")]
    [InlineData(Stage.Pack, true, "packing_failed")]
    [InlineData(Stage.Ship, false, "shipping_failed")]
    public void Failed_stage_gives_its_status(Stage stage, bool timedOut, string expected)
    {
        Assert.Equal(expected, FailureStatuses.Of(stage, timedOut));
        Assert.True(FailureStatuses.TryGet(expected, out _));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", "must not be before 1601")]
    [InlineData("1600-12-31T23:59:59Z", "must not be before 1601")]
    [InlineData("1601-01-01T00:00:00Z", null)]
    [InlineData("2026-03-02T12:00:00Z", null)]
    [InlineData("2026-03-02T12:00:01Z", "must not be more than a day ahead")]
    public void A_time_that_cannot_be_kept_or_is_still_to_come_is_refused(string failedAt, string? message)
    {
        var report = Report with { FailedAt = DateTimeOffset.Parse(failedAt, CultureInfo.InvariantCulture) };

        var problems = report.Check(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

        Assert.Equal(message is null ? [] : [("/failedAt", message)], problems.Select(problem => (problem.Path, problem.Message)));
    }
}
