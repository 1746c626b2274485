using static Reprocessing.Domain.Tests.Orders.SampleOrders;

namespace Reprocessing.Domain.Tests.Jobs;

public sealed class CircuitBreakerTests
{
    [Fact]
    public void Five_failures_in_a_row_open_it_for_thirty_seconds()
    {
        var four = Fail(new CircuitBreaker(), 4);
        Assert.Equal(CircuitState.Closed, four.State);

        var open = Fail(four, 1);

        Assert.Equal((CircuitState.Open, Start.AddSeconds(30)), (open.State, open.OpenUntil));
        Assert.Equal(0, open.At(Start.AddSeconds(29)).Allowance(0));
        Assert.Equal(1, open.At(Start.AddSeconds(30)).Allowance(0));
    }

    [Fact]
    public void A_success_in_between_begins_the_count_anew_and_a_skip_does_not()
    {
        var breaker = Fail(Fail(new CircuitBreaker(), 4).Record(ItemState.Succeeded, Start), 4);
        Assert.Equal(CircuitState.Closed, breaker.State);

        Assert.Equal(CircuitState.Open, Fail(breaker.Record(ItemState.Skipped, Start), 1).State);
    }

    [Fact]
    public void While_closed_an_item_counts_when_it_fails_for_the_first_time()
    {
        var four = Fail(new CircuitBreaker(), 4);

        Assert.Equal(four, four.Record(ItemState.Failed, Start, attempt: 2).Record(ItemState.Failed, Start, attempt: 3));
        Assert.Equal(0, four.Record(ItemState.Succeeded, Start, attempt: 2).Failures);
        Assert.Equal(0, four.Record(ItemState.Started, Start).Failures);
        Assert.Equal((CircuitState.Open, 2), (HalfOpen().Record(ItemState.Failed, Start, attempt: 2).State, HalfOpen().Record(ItemState.Failed, Start, attempt: 2).Openings));
    }

    [Fact]
    public void What_was_begun_before_it_opened_is_no_trial_when_it_ends()
    {
        var halfOpen = Fail(new CircuitBreaker(), 5).At(Start.AddSeconds(30));

        Assert.Equal(halfOpen, Fail(halfOpen, 3).Record(ItemState.Succeeded, Start));
        Assert.Equal(2, Fail(halfOpen.Begin(), 1).Openings);
    }

    [Fact]
    public void Half_open_it_lets_one_item_go_when_no_other_is_under_way()
    {
        var halfOpen = HalfOpen();

        Assert.Equal((1, 0, 0), (halfOpen.Allowance(0), halfOpen.Allowance(1), halfOpen.Allowance(7)));
    }

    [Fact]
    public void Three_successes_of_trials_close_it()
    {
        var two = HalfOpen().Record(ItemState.Succeeded, Start).Record(ItemState.Skipped, Start).Record(ItemState.Succeeded, Start);
        Assert.Equal(CircuitState.HalfOpen, two.State);

        var closed = two.Record(ItemState.Succeeded, Start);

        Assert.Equal((CircuitState.Closed, int.MaxValue, 0), (closed.State, closed.Allowance(50), closed.Failures));
    }

    [Fact]
    public void A_failed_trial_opens_it_again_and_the_third_opening_gives_up_for_good()
    {
        var second = HalfOpen().Record(ItemState.Failed, Start);
        Assert.Equal((CircuitState.Open, 2, false), (second.State, second.Openings, second.IsExhausted));

        var third = second.At(Start.AddHours(1)).Begin().Record(ItemState.Failed, Start);

        Assert.True(third.IsExhausted);
        Assert.Equal(0, third.At(Start.AddYears(1)).Allowance(0));
    }

    [Fact]
    public void Outcomes_that_arrive_while_it_is_open_change_nothing()
    {
        var open = Fail(new CircuitBreaker(), 5);

        Assert.Equal(open, Fail(open, 20).Record(ItemState.Succeeded, Start));
    }

    [Fact]
    public void Whatever_happens_it_opens_at_most_three_times_counts_below_its_limits_and_survives_json() =>
        Prop.ForAll(Gen.Choose(0, 3).ListOf().ToArbitrary(), steps =>
        {
            var (breaker, now) = (new CircuitBreaker(), Start);
            foreach (var step in steps)
            {
                now = now.AddSeconds(10);
                var before = breaker.At(now).Begin();
                breaker = before.Record(step switch { 0 => ItemState.Succeeded, 1 => ItemState.Skipped, _ => ItemState.Failed }, now);
                Assert.InRange(breaker.Openings - before.Openings, 0, 1);
                Assert.InRange(breaker.Openings, 0, CircuitBreaker.MaxOpenings);
                Assert.InRange(breaker.Failures, 0, CircuitBreaker.FailuresToOpen - 1);
                Assert.InRange(breaker.TrialSuccesses, 0, CircuitBreaker.SuccessesToClose - 1);
                Assert.Equal(breaker.State == CircuitState.Open, breaker.OpenUntil is not null);
                var json = JsonSerializer.Serialize(breaker, JsonSerializerOptions.Web);
                Assert.Equal(breaker, JsonSerializer.Deserialize<CircuitBreaker>(json, JsonSerializerOptions.Web));
            }
        }).QuickCheckThrowOnFailure();

    private static CircuitBreaker HalfOpen() => Fail(new CircuitBreaker(), 5).At(Start.AddSeconds(30)).Begin();

    private static CircuitBreaker Fail(CircuitBreaker breaker, int times) =>
        Enumerable.Range(0, times).Aggregate(breaker, (b, _) => b.Record(ItemState.Failed, Start));
}
