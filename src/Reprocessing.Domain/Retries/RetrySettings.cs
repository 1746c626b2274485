namespace Reprocessing.Domain.Retries;

/// <summary>How long a failed order waits for its next restart, as settings say it. Null takes the default.</summary>
public sealed record RetrySettings
{
    /// <summary>immediate, fixed, linear, exponential (the default) or custom.</summary>
    public string? Strategy { get; init; }

    /// <summary>1 minute.</summary>
    public TimeSpan? BaseDelay { get; init; }

    /// <summary>2; exponential only.</summary>
    public double? Factor { get; init; }

    /// <summary>1 hour; caps linear and exponential.</summary>
    public TimeSpan? MaxDelay { get; init; }

    /// <summary>full or none; by default full for exponential and none for the others.</summary>
    public string? Jitter { get; init; }

    /// <summary>Custom only, and required there.</summary>
    public IReadOnlyList<TimeSpan>? Delays { get; init; }
}
