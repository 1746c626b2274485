namespace Reprocessing.Domain.Tests.Jobs;

public sealed class RampPlanTests
{
    private static readonly RampPlan Ramp = new([1, 5], 0.2);

    [Fact]
    public void A_step_lets_its_number_of_items_go_and_then_waits_for_them()
    {
        var step = Ramp.Begin(1);

        Assert.Equal((1, 0), (Ramp.Allowance, step.Allowance));
        Assert.False(step.IsStepOver);
        Assert.True(step.End(ItemState.Succeeded).IsStepOver);
        Assert.Equal(5, step.End(ItemState.Succeeded).Next().Allowance);
    }

    [Fact]
    public void After_the_last_step_the_rest_goes_without_steps()
    {
        var rest = Ramp.Next().Next();

        Assert.False(rest.IsRamping);
        Assert.Equal(int.MaxValue, rest.Allowance);
        Assert.Equal(rest, rest.Begin(7).End(ItemState.Failed));
        Assert.False(RampPlan.None.IsRamping);
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(1, 0, false)]
    [InlineData(2, 0, true)]
    [InlineData(1, 1, false)]
    [InlineData(0, 5, false)]
    public void More_than_the_share_of_failures_among_those_that_were_worked_on_is_too_often(int failed, int skipped, bool tooOften)
    {
        var step = Ramp.Next().Begin(5 + skipped);
        for (var item = 0; item < 5 + skipped; item++)
        {
            step = step.End(item < failed ? ItemState.Failed : item < failed + skipped ? ItemState.Skipped : ItemState.Succeeded);
        }

        Assert.True(step.IsStepOver);
        Assert.Equal(tooOften, step.HasFailedTooOften);
    }

    [Fact]
    public void A_step_whose_items_were_skipped_is_not_over_and_lets_others_go()
    {
        var step = Ramp.Next().Begin(5).End(ItemState.Skipped).End(ItemState.Succeeded).End(ItemState.Skipped);

        Assert.Equal((2, false), (step.Allowance, step.IsStepOver));
        Assert.False(Ramp.Begin(1).End(ItemState.Skipped).IsStepOver);
        Assert.False(Ramp.Begin(1).End(ItemState.Started).IsStepOver);
        Assert.True(Ramp.Begin(1).End(ItemState.Skipped).Begin(1).End(ItemState.Failed) is { IsStepOver: true, HasFailedTooOften: true });
    }

    [Fact]
    public void Items_that_were_not_touched_may_be_begun_again() =>
        Assert.Equal(5, Ramp.Next().Begin(5).Return(5).Allowance);

    [Fact]
    public void No_more_is_given_back_than_a_step_takes_and_nothing_after_the_last()
    {
        var rest = Ramp.Next().Next();

        Assert.Equal(5, Ramp.Next().Begin(2).Return(3).Allowance);
        Assert.Equal(0, Ramp.Next().Begin(7).Allowance);
        Assert.Same(rest, rest.Return(1));
        Assert.Same(rest, rest.Begin(1));
    }

    [Fact]
    public void Where_no_failure_is_allowed_one_is_too_many_and_none_is_not()
    {
        var step = new RampPlan([2], 0).Begin(2).End(ItemState.Succeeded);

        Assert.False(step.End(ItemState.Succeeded).HasFailedTooOften);
        Assert.True(step.End(ItemState.Failed).HasFailedTooOften);
    }

    [Fact]
    public void Every_item_of_a_ramp_is_begun_in_its_step_and_json_keeps_where_it_is() =>
        Prop.ForAll(Gen.Choose(1, 50).ListOf().ToArbitrary(), steps =>
        {
            var ramp = new RampPlan([.. steps], 0.5);
            List<int> begun = [];
            while (ramp.IsRamping)
            {
                var chunk = Math.Min(ramp.Allowance, 7);
                ramp = ramp.Begin(chunk);
                begun.Add(chunk);
                Assert.False(chunk == 0 && !ramp.IsStepOver);
                ramp = Enumerable.Range(0, chunk).Aggregate(ramp, (r, _) => r.End(ItemState.Succeeded));
                var json = JsonSerializer.Serialize(ramp, JsonSerializerOptions.Web);
                Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<RampPlan>(json, JsonSerializerOptions.Web), JsonSerializerOptions.Web));
                ramp = ramp.IsStepOver ? ramp.Next() : ramp;
            }

            return begun.Sum() == steps.Sum();
        }).QuickCheckThrowOnFailure();
}
