using Reprocessing.Domain.Retries;

namespace Reprocessing.Domain.Tests.Retries;

public sealed class RetryStrategyTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Default_is_exponential_from_1_minute_to_1_hour_with_full_jitter()
    {
        var parsed = RetryStrategy.Parse(new());

        Assert.Equal(RetryStrategy.Default, parsed);
        Assert.Equal(
            (RetryStrategyKind.Exponential, Minute, 2.0, TimeSpan.FromHours(1), RetryJitter.Full),
            (parsed.Kind, parsed.BaseDelay, parsed.Factor, parsed.MaxDelay, parsed.Jitter));
    }

    [Fact]
    public void Exponential_without_jitter_doubles_up_to_the_cap() =>
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], Minutes(new() { Jitter = "none" }, 8));

    [Fact]
    public void Linear_grows_by_the_base_up_to_the_cap() =>
        Assert.Equal([20, 40, 60, 60], Minutes(new() { Strategy = "linear", BaseDelay = 20 * Minute }, 4));

    [Fact]
    public void Fixed_stays() => Assert.Equal([3, 3, 3], Minutes(new() { Strategy = "fixed", BaseDelay = 3 * Minute }, 3));

    [Fact]
    public void Immediate_waits_for_nothing() => Assert.Equal([0, 0], Minutes(new() { Strategy = "immediate" }, 2));

    [Fact]
    public void Custom_repeats_its_last_delay() =>
        Assert.Equal([5, 1, 9, 9], Minutes(new() { Strategy = "custom", Delays = [5 * Minute, Minute, 9 * Minute] }, 4));

    [Fact]
    public void Jitter_is_a_pure_function_within_the_whole_delay()
    {
        var whole = RetryStrategy.Parse(new() { Jitter = "none" });
        Prop.ForAll<NonNull<string>, PositiveInt>((orderId, attempt) =>
        {
            var delay = RetryStrategy.Default.DelayBefore(attempt.Get, orderId.Get);
            return delay >= TimeSpan.Zero
                && delay <= whole.DelayBefore(attempt.Get, orderId.Get)
                && delay == RetryStrategy.Default.DelayBefore(attempt.Get, orderId.Get);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Jitter_spreads_orders_that_failed_together()
    {
        var delays = Enumerable.Range(0, 1_000).Select(number => RetryStrategy.Default.DelayBefore(1, $"ORD-{number}").TotalSeconds).ToList();

        Assert.InRange(delays.Average(), 27, 33);
        Assert.InRange(delays.Count(delay => delay < 6), 60, 140);
    }

    [Fact]
    public void Delay_never_falls_as_attempts_rise_and_never_passes_the_cap()
    {
        var settings = Gen.Elements(EnumNames.All<RetryStrategyKind>().Except(["custom"]).ToArray())
            .SelectMany(kind => Gen.Choose(0, 100).SelectMany(seconds => Gen.Choose(100, 500).Select(factor => new RetrySettings
            {
                Strategy = kind,
                BaseDelay = TimeSpan.FromSeconds(seconds),
                Factor = factor / 100.0,
                MaxDelay = 2 * Minute,
                Jitter = "none",
            })));

        Prop.ForAll(settings.ToArbitrary(), one =>
        {
            var strategy = RetryStrategy.Parse(one);
            var delays = Enumerable.Range(1, 2_000).Select(attempt => strategy.DelayBefore(attempt, "ORD-1")).ToList();
            return delays.Zip(delays.Skip(1)).All(pair => pair.First <= pair.Second) && delays.All(delay => delay <= 2 * Minute);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parse_reports_every_fault()
    {
        var settings = new RetrySettings
        {
            Strategy = "hopeful",
            Jitter = "some",
            BaseDelay = -Minute,
            MaxDelay = TimeSpan.FromDays(31),
            Factor = 0.5,
            Delays = [Minute],
        };

        var message = Assert.Throws<FormatException>(() => RetryStrategy.Parse(settings)).Message;

        Assert.Equal(
            "Retry settings: strategy 'hopeful' is unknown, it must be one of immediate, fixed, linear, exponential, custom; "
            + "jitter 'some' is unknown, it must be one of full, none; base delay -00:01:00 must be 0 to 30 days; "
            + "max delay 31.00:00:00 must be 0 to 30 days; factor 0.5 must be a number of at least 1; "
            + "delays belong to custom, not to exponential.",
            message);
    }

    [Fact]
    public void Custom_without_delays_is_refused() =>
        Assert.Throws<FormatException>(() => RetryStrategy.Parse(new() { Strategy = "custom" }));

    private static List<double> Minutes(RetrySettings settings, int attempts)
    {
        var strategy = RetryStrategy.Parse(settings);
        return [.. Enumerable.Range(1, attempts).Select(attempt => strategy.DelayBefore(attempt, "ORD-1").TotalMinutes)];
    }
}
