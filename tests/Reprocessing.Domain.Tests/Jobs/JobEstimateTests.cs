namespace Reprocessing.Domain.Tests.Jobs;

public sealed class JobEstimateTests
{
    private static readonly EstimateBasis Retry = new(5, HasOutcome: true, Attempts: 3, TimeoutSeconds: 300, PauseSeconds: 180, ActionsPerAttempt: 15);
    private static readonly EstimateBasis Purge = new(5, HasOutcome: false, Attempts: 1, TimeoutSeconds: 300, PauseSeconds: 0, ActionsPerAttempt: 1);

    [Fact]
    public void A_ramp_is_waited_for_a_step_at_a_time_with_all_attempts_and_pauses() =>
        Assert.Equal(new(2 + 12, 1_110 + 5_760 + 60, 30, 1_350), JobEstimate.Of(30, Retry, [1], waits: true, rate: null, parallelism: null));

    [Fact]
    public void The_rest_of_a_ramp_is_begun_as_fast_as_it_goes_where_it_is_not_waited_for() =>
        Assert.Equal(new(2.1, 1_110 + 2.9 + 60, 30, 1_350), JobEstimate.Of(30, Retry, [1], waits: false, rate: null, parallelism: null));

    [Fact]
    public void Items_that_wait_for_their_next_attempt_hold_no_place_up_to_a_limit() =>
        Assert.Equal(new(50, 25 * 930 + (3 * 180) + 60, 250, 250 * 45), JobEstimate.Of(250, Retry, null, waits: true, rate: null, parallelism: 10));

    [Fact]
    public void A_rate_is_not_outrun() =>
        Assert.Equal(new(25, 10 + 25 + 60, 100, 1_500), JobEstimate.Of(100, Retry, null, waits: false, rate: 4, parallelism: null));

    [Fact]
    public void Items_without_an_outcome_are_waited_for_by_nobody() =>
        Assert.Equal(new(0.1, 0.4, 4, 4), JobEstimate.Of(4, Purge, [1], waits: true, rate: null, parallelism: null));

    [Fact]
    public void Nothing_takes_no_time() => Assert.Equal(new(0, 0, 0, 0), JobEstimate.Of(0, Retry, [5], waits: true, rate: 1, parallelism: null));

    [Fact]
    public void It_takes_no_less_than_the_least_and_no_less_for_more_items() =>
        Prop.ForAll(Gen.Choose(0, 2_000).ToArbitrary(), Gen.Choose(1, 50).ListOf().ToArbitrary(), Gen.Elements(true, false).ToArbitrary(), (count, ramp, waits) =>
        {
            var (one, more) = (JobEstimate.Of(count, Retry, ramp, waits, null, null), JobEstimate.Of(count + 1, Retry, ramp, waits, null, null));
            return one.LeastSeconds <= one.MostSeconds && one.LeastBackendActions <= one.MostBackendActions
                && one.LeastSeconds <= more.LeastSeconds && one.MostSeconds <= more.MostSeconds;
        }).QuickCheckThrowOnFailure();
}
