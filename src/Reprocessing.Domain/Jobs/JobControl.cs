namespace Reprocessing.Domain.Jobs;

/// <summary>
/// What operators want of a job now. Kept on the job's row and also sent to its orchestration as an event, so that it is heard at
/// once and is not lost when the sender dies in between.
/// </summary>
/// <param name="Version">Rises with every change: an older one that arrives late is not obeyed.</param>
public sealed record JobControl(int Version, JobDemand Demand, Pace Pace)
{
    /// <summary>The external event's name.</summary>
    public const string EventName = "JobControl";
}

[JsonConverter(typeof(EnumNameConverter<JobDemand>))]
public enum JobDemand
{
    Run,
    Pause,
    Cancel,
}

/// <summary>How fast a job goes; may be changed while it runs.</summary>
/// <param name="Parallelism">
/// Chunks at work at once; where a job waits for outcomes, items under way at once.
/// </param>
/// <param name="ItemsPerSecond">Null is as fast as it goes.</param>
public sealed record Pace(int Parallelism = 5, double? ItemsPerSecond = null)
{
    public const int MaxParallelism = 100;
    public const double MinRate = 0.01;
    public const double MaxRate = 10_000;
}

/// <summary>
/// Says when the next items may be begun, so that a rate holds over time although timers are late: the schedule is kept, not the
/// pause between two dispatches. What was missed by more than half a second is not made up for: a burst would break the rate.
/// </summary>
/// <param name="Rate">Items a second; null is as fast as it goes.</param>
/// <param name="NextAt">Null before the first dispatch.</param>
public sealed record Pacer(double? Rate = null, DateTimeOffset? NextAt = null)
{
    public static readonly TimeSpan MostMadeUpFor = TimeSpan.FromSeconds(0.5);

    /// <summary>The moment to wait for; null when items may be begun now.</summary>
    public DateTimeOffset? WaitUntil(DateTimeOffset now) => Rate is not null && NextAt > now ? NextAt : null;

    public Pacer Dispatch(int items, DateTimeOffset now)
    {
        if (Rate is not { } rate)
        {
            return this;
        }

        var earliest = now - MostMadeUpFor;
        var from = NextAt is not { } next ? now : next > earliest ? next : earliest;
        return this with { NextAt = from + TimeSpan.FromSeconds(items / rate) };
    }

    /// <summary>
    /// What is still to be waited for shrinks with a faster rate, so that a slow job that is sped up does not sleep on. It does not grow
    /// with a slower one: the items that are under way were begun at the old rate.
    /// </summary>
    public Pacer WithRate(double? rate, DateTimeOffset now)
    {
        if (rate == Rate)
        {
            return this;
        }

        return rate is { } next && Rate is { } old && NextAt > now
            ? new(rate, now + ((NextAt.Value - now) * Math.Min(1, old / next)))
            : new(rate, rate is null ? null : now);
    }
}
