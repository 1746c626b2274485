using Reprocessing.Domain.Tests.Orders;

namespace Reprocessing.Domain.Tests.Runs;

public sealed class ReprocessingResultTests
{
    private static readonly Gen<OrderOutcome> Outcomes = Gen.OneOf(
        Gen.Constant<OrderOutcome>(new OrderOutcome.Restarted("A", "w", null)),
        Gen.Constant<OrderOutcome>(new OrderOutcome.DeadLettered("A")),
        Gen.Constant<OrderOutcome>(new OrderOutcome.Skipped("A", SkipReason.Leased)),
        Gen.Constant<OrderOutcome>(new OrderOutcome.Failed("A", "broken")));

    [Fact]
    public void Folding_chunks_in_any_order_counts_each_outcome_once() =>
        Prop.ForAll(Outcomes.ListOf().ListOf().ToArbitrary(), chunks =>
        {
            var tallies = chunks.Select(chunk => ItemTally.Of(chunk.Select(ItemResult.Of))).ToList();
            var forth = tallies.Aggregate(new ReprocessingResult(SampleOrders.Start), (result, tally) => result.Add(tally));
            var back = Enumerable.Reverse(tallies).Aggregate(new ReprocessingResult(SampleOrders.Start), (result, tally) => result.Add(tally));
            var all = chunks.SelectMany(chunk => chunk).ToList();
            return forth == back
                && forth.IsBalanced
                && forth.FoundCount == all.Count
                && forth.RestartedCount == all.OfType<OrderOutcome.Restarted>().Count()
                && forth.DlqCount == all.OfType<OrderOutcome.DeadLettered>().Count()
                && forth.SkippedCount == all.OfType<OrderOutcome.Skipped>().Count()
                && forth.ErrorCount == all.OfType<OrderOutcome.Failed>().Count();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Add_refuses_a_tally_that_lost_an_order() =>
        Assert.Throws<ArgumentException>(() => new ReprocessingResult(SampleOrders.Start).Add(new ItemTally(Found: 2, Succeeded: 1)));

    [Fact]
    public void Complete_at_the_deadline_is_timed_out()
    {
        var result = new ReprocessingResult(SampleOrders.Start).Complete(SampleOrders.Start.AddMinutes(15), StopReason.Deadline);

        Assert.True(result.TimedOut);
        Assert.False(result.Complete(SampleOrders.Start, StopReason.Drained).TimedOut);
    }

    [Fact]
    public void Json_has_the_published_names()
    {
        var result = new ReprocessingResult(SampleOrders.Start).Add(new ItemTally(10, 0, 3, 2, 1, Started: 4))
            .Complete(SampleOrders.Start.AddMinutes(1), StopReason.CapReached) with { ContinuationCount = 2 };

        Assert.Equal(
            """{"processedAt":"2026-08-15T10:00:00+00:00","foundCount":10,"restartedCount":4,"dlqCount":3,"errorCount":2,"skippedCount":1,"completedAt":"2026-08-15T10:01:00+00:00","continuationCount":2,"timedOut":false,"stopReason":"cap_reached"}""",
            JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
    }

    [Fact]
    public void What_was_started_and_what_is_known_to_have_succeeded_both_count_as_restarted_and_are_told_apart()
    {
        var tally = new ItemTally(5, Succeeded: 3, Started: 2);
        var result = new ReprocessingResult(SampleOrders.Start).Add(tally);

        Assert.Equal((5, tally), (result.RestartedCount, result.Tally));
        Assert.Equal(tally, JsonSerializer.Deserialize<ReprocessingResult>(JsonSerializer.Serialize(result, JsonSerializerOptions.Web), JsonSerializerOptions.Web)!.Tally);
    }
}
