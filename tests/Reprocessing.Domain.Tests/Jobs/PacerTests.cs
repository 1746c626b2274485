using static Reprocessing.Domain.Tests.Orders.SampleOrders;

namespace Reprocessing.Domain.Tests.Jobs;

public sealed class PacerTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    [Fact]
    public void Without_a_rate_nothing_is_waited_for() =>
        Assert.Null(new Pacer().Dispatch(1_000, Start).WaitUntil(Start));

    [Fact]
    public void The_next_items_wait_for_as_long_as_the_last_ones_take_at_the_rate()
    {
        var pacer = new Pacer(10).Dispatch(5, Start);

        Assert.Equal(Start.AddSeconds(0.5), pacer.WaitUntil(Start));
        Assert.Null(pacer.WaitUntil(Start.AddSeconds(0.5)));
    }

    [Fact]
    public void A_faster_rate_shortens_the_pause_that_is_under_way_and_a_slower_one_leaves_it()
    {
        var pacer = new Pacer(0.1).Dispatch(1, Start);

        Assert.Equal(Start.AddSeconds(1), pacer.WithRate(1, Start).WaitUntil(Start));
        Assert.Equal(Start.AddSeconds(10), pacer.WithRate(0.01, Start).WaitUntil(Start));
        Assert.Null(pacer.WithRate(null, Start).WaitUntil(Start));
    }

    [Fact]
    public void A_rate_that_comes_later_counts_from_then_on()
    {
        var pacer = new Pacer().Dispatch(100, Start).WithRate(2, Start.AddHours(1)).Dispatch(1, Start.AddHours(1));

        Assert.Equal(Start.AddHours(1).AddSeconds(0.5), pacer.WaitUntil(Start.AddHours(1)));
    }

    [Fact]
    public void A_timer_that_is_late_is_made_up_for_by_half_a_second_at_most()
    {
        var pacer = new Pacer(10).Dispatch(5, Start);

        // Due after half a second; dispatched on time, a little late and very late.
        Assert.Equal(Start.AddSeconds(1), pacer.Dispatch(5, Start.AddSeconds(0.5)).NextAt);
        Assert.Equal(Start.AddSeconds(1), pacer.Dispatch(5, Start.AddSeconds(0.9)).NextAt);
        Assert.Equal(Start.AddSeconds(1.7), pacer.Dispatch(5, Start.AddSeconds(1.7)).NextAt);
    }

    [Fact]
    public void Only_another_rate_changes_what_is_waited_for()
    {
        var pacer = new Pacer(0.1).Dispatch(1, Start);

        Assert.Same(pacer, pacer.WithRate(0.1, Start.AddSeconds(4)));
        // Half of what is left at twice the rate.
        Assert.Equal(new Pacer(0.2, Start.AddSeconds(7)), pacer.WithRate(0.2, Start.AddSeconds(4)));
        // The pause is over: the new rate counts from now.
        Assert.Equal(new Pacer(0.2, Start.AddSeconds(10)), pacer.WithRate(0.2, Start.AddSeconds(10)));
        Assert.Equal(new Pacer(), pacer.WithRate(null, Start.AddSeconds(4)));
        Assert.Equal(new Pacer(0.2, Start), new Pacer().WithRate(0.2, Start));
    }

    [Fact]
    public void Without_a_rate_no_time_is_waited_for_whatever_was_said_before() =>
        Assert.Null(new Pacer(null, Start.AddHours(1)).WaitUntil(Start));

    [Fact]
    public void A_long_stop_is_not_made_up_for_by_a_burst()
    {
        var after = Start.AddMinutes(10);
        var pacer = new Pacer(10).Dispatch(5, Start);
        var begun = 0;
        while (pacer.WaitUntil(after) is null)
        {
            pacer = pacer.Dispatch(5, after);
            begun += 5;
        }

        Assert.InRange(begun, 5, 15);
    }

    [Fact]
    public void Over_thirty_seconds_the_rate_holds_within_five_percent_although_timers_are_late() =>
        Prop.ForAll(Gen.Choose(10, 2_000).ToArbitrary(), Gen.Choose(0, 300).ListOf(40).ToArbitrary(), (tenths, late) =>
        {
            var rate = tenths / 10.0;
            var chunk = new SliceSizes(20, 100).Chunk(new Pace(5, rate));
            var (begun, now, pacer) = (0, Start, new Pacer(rate));
            for (var turn = 0; now < Start + Window; turn++)
            {
                pacer = pacer.Dispatch(chunk, now);
                begun += chunk;
                now = pacer.WaitUntil(now)?.AddMilliseconds(late[turn % late.Count]) ?? now;
            }

            var expected = rate * Window.TotalSeconds;
            return begun <= (expected * 1.05) + chunk && begun >= (expected * 0.95) - chunk;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_change_of_rate_in_the_middle_gives_the_items_of_both_halves() =>
        Prop.ForAll(Gen.Choose(1, 100).ToArbitrary(), Gen.Choose(1, 100).ToArbitrary(), (first, second) =>
        {
            var half = Start + (Window / 2);
            var (begun, now, pacer) = (0, Start, new Pacer(first));
            while (now < Start + Window)
            {
                if (now >= half)
                {
                    pacer = pacer.WithRate(second, now);
                }

                if (pacer.WaitUntil(now) is { } wait)
                {
                    now = now < half && wait > half ? half : wait;
                    continue;
                }

                pacer = pacer.Dispatch(1, now);
                begun++;
            }

            var expected = (first + second) * Window.TotalSeconds / 2;
            return Math.Abs(begun - expected) <= (expected * 0.05) + 2;
        }).QuickCheckThrowOnFailure();
}
