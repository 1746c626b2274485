namespace Reprocessing.Domain.Jobs;

/// <summary>What operators want a job to do, on its row and as an event: the event arrives at once, the row survives a crash of the sender.</summary>
/// <param name="Version">Rises with every change; an older one that arrives late is ignored.</param>
public sealed record JobControl(int Version, DesiredState Demand, Pace Pace)
{
    public const string EventName = "JobControl";
}

[JsonConverter(typeof(EnumNameConverter<DesiredState>))]
public enum DesiredState
{
    Run,
    Pause,
    Cancel,
}

/// <param name="Parallelism">Concurrent chunks, or concurrent items of a job that waits for outcomes.</param>
/// <param name="ItemsPerSecond">Null is unlimited.</param>
public sealed record Pace(int Parallelism = 5, double? ItemsPerSecond = null)
{
    public const int MaxParallelism = 100;
    public const double MinRate = 0.01;
    public const double MaxRate = 10_000;
}

/// <summary>Keeps the average rate although timers are late. At most half a second is made up for: a larger burst would exceed the rate.</summary>
/// <param name="NextAt">Null before the first dispatch.</param>
public sealed record Pacer(double? Rate = null, DateTimeOffset? NextAt = null)
{
    public static readonly TimeSpan MostMadeUpFor = TimeSpan.FromSeconds(0.5);

    public DateTimeOffset? WaitUntil(DateTimeOffset now) => Rate is not null && NextAt > now ? NextAt : null;

    public Pacer Dispatch(int items, DateTimeOffset now)
    {
        if (Rate is not { } rate)
        {
            return this;
        }

        var from = NextAt is { } next ? new[] { next, now - MostMadeUpFor }.Max() : now;
        return this with { NextAt = from + TimeSpan.FromSeconds(items / rate) };
    }

    /// <summary>A faster rate shortens the current wait. A slower one does not lengthen it: the items in progress were begun at the old rate.</summary>
    public Pacer WithRate(double? rate, DateTimeOffset now) => rate == Rate ? this
        : rate is { } next && Rate is { } old && NextAt > now ? new(rate, now + ((NextAt.Value - now) * Math.Min(1, old / next)))
        : new(rate, rate is null ? null : now);
}
