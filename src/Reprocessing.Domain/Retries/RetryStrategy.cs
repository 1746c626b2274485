namespace Reprocessing.Domain.Retries;

/// <summary>How long a failed order waits. It depends on order id and attempt alone: a write that is repeated after a crash writes the same row.</summary>
public sealed record RetryStrategy
{
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(30);

    private RetryStrategy(RetryStrategyKind kind) => Kind = kind;

    public RetryStrategyKind Kind { get; }

    public TimeSpan BaseDelay { get; private init; } = TimeSpan.FromMinutes(1);

    public double Factor { get; private init; } = 2;

    public TimeSpan MaxDelay { get; private init; } = TimeSpan.FromHours(1);

    public RetryJitter Jitter { get; private init; } = RetryJitter.None;

    public IReadOnlyList<TimeSpan> Delays { get; private init; } = [];

    /// <summary>Exponential: 1 minute, doubled each time, at most 1 hour, full jitter.</summary>
    public static RetryStrategy Default { get; } = new(RetryStrategyKind.Exponential) { Jitter = RetryJitter.Full };

    public static RetryStrategy Immediate { get; } = new(RetryStrategyKind.Immediate);

    /// <exception cref="FormatException">Lists every error of the settings.</exception>
    public static RetryStrategy Parse(RetrySettings settings)
    {
        List<string> faults = [];
        var kind = ReadName(settings.Strategy, RetryStrategyKind.Exponential, "strategy", faults);
        var jitter = ReadName(settings.Jitter, kind == RetryStrategyKind.Exponential ? RetryJitter.Full : RetryJitter.None, "jitter", faults);
        var strategy = new RetryStrategy(kind)
        {
            BaseDelay = settings.BaseDelay ?? Default.BaseDelay,
            Factor = settings.Factor ?? Default.Factor,
            MaxDelay = settings.MaxDelay ?? Default.MaxDelay,
            Jitter = jitter,
            Delays = settings.Delays ?? [],
        };
        faults.AddRange(strategy.Faults());
        return faults.Count == 0 ? strategy : throw new FormatException($"Retry settings: {string.Join("; ", faults)}.");
    }

    /// <param name="attempt">The next restart, from 1.</param>
    public TimeSpan DelayBefore(int attempt, string orderId)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var full = FullDelay(attempt);
        return Jitter == RetryJitter.None
            ? full
            : full * StableHash.Fraction(string.Create(CultureInfo.InvariantCulture, $"{orderId}#{attempt}"));
    }

    /// <summary>What <see cref="DelayBefore"/> is at most.</summary>
    public TimeSpan FullDelay(int attempt) => Kind switch
    {
        RetryStrategyKind.Immediate => TimeSpan.Zero,
        RetryStrategyKind.Fixed => BaseDelay,
        RetryStrategyKind.Linear => Capped(BaseDelay.Ticks * (double)attempt),
        RetryStrategyKind.Exponential => Capped(BaseDelay.Ticks * Math.Pow(Factor, attempt - 1)),
        RetryStrategyKind.Custom => Delays[Math.Min(attempt, Delays.Count) - 1],
        _ => throw new InvalidOperationException($"No such strategy: {Kind}."),
    };

    // Compared as a double, because the power may be infinite.
    private TimeSpan Capped(double ticks) => ticks >= MaxDelay.Ticks ? MaxDelay : TimeSpan.FromTicks((long)ticks);

    private static TEnum ReadName<TEnum>(string? name, TEnum otherwise, string setting, List<string> faults)
        where TEnum : struct, Enum
    {
        if (EnumNames.TryParse<TEnum>(name, out var value))
        {
            return value;
        }

        if (!string.IsNullOrEmpty(name))
        {
            faults.Add($"{setting} '{name}' is unknown, it must be one of {string.Join(", ", EnumNames.All<TEnum>())}");
        }

        return otherwise;
    }

    private IEnumerable<string> Faults()
    {
        var isCustom = Kind == RetryStrategyKind.Custom;
        string?[] faults =
        [
            IsDelay(BaseDelay) ? null : $"base delay {BaseDelay} must be 0 to {LongestDelay.Days} days",
            IsDelay(MaxDelay) ? null : $"max delay {MaxDelay} must be 0 to {LongestDelay.Days} days",
            double.IsFinite(Factor) && Factor >= 1
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"factor {Factor} must be a number of at least 1"),
            isCustom && (Delays.Count == 0 || !Delays.All(IsDelay)) ? $"custom needs a list of delays, each 0 to {LongestDelay.Days} days" : null,
            !isCustom && Delays.Count > 0 ? $"delays belong to custom, not to {EnumNames.Of(Kind)}" : null,
        ];
        return faults.OfType<string>();
    }

    private static bool IsDelay(TimeSpan delay) => delay >= TimeSpan.Zero && delay <= LongestDelay;
}

[JsonConverter(typeof(EnumNameConverter<RetryStrategyKind>))]
public enum RetryStrategyKind
{
    Immediate,
    Fixed,

    /// <summary>Base delay times attempt.</summary>
    Linear,

    /// <summary>Base delay times factor to the power of attempt - 1.</summary>
    Exponential,

    /// <summary>A list of delays; the last one repeats.</summary>
    Custom,
}

[JsonConverter(typeof(EnumNameConverter<RetryJitter>))]
public enum RetryJitter
{
    /// <summary>Between zero and the whole delay, so that orders that failed together do not return together.</summary>
    Full,

    None,
}

public sealed record RetrySettings
{
    /// <summary>immediate, fixed, linear, exponential (the default) or custom.</summary>
    public string? Strategy { get; init; }

    /// <summary>1 minute.</summary>
    public TimeSpan? BaseDelay { get; init; }

    /// <summary>2; exponential only.</summary>
    public double? Factor { get; init; }

    /// <summary>1 hour; limits linear and exponential.</summary>
    public TimeSpan? MaxDelay { get; init; }

    /// <summary>full or none; the default is full for exponential and none for the others.</summary>
    public string? Jitter { get; init; }

    /// <summary>Required for custom, and only there.</summary>
    public IReadOnlyList<TimeSpan>? Delays { get; init; }
}
