namespace ReprocessingFunctions.Restarts;

/// <summary>Settings <c>Retry*</c>: how long a failed order waits for its next restart.</summary>
internal sealed class RetryOptions : IValidatableObject
{
    public const string Prefix = "Retry";

    /// <summary>immediate, fixed, linear, exponential or custom.</summary>
    public string Strategy { get; set; } = "exponential";

    [DurationRange("00:00:00", "30.00:00:00")]
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMinutes(1);

    public double Factor { get; set; } = 2;

    [DurationRange("00:00:00", "30.00:00:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>full or none; by default full for exponential and none for the others.</summary>
    public string? Jitter { get; set; }

    /// <summary>Comma separated durations, for custom only; the last one repeats.</summary>
    public string? Delays { get; set; }

    public RetryStrategy ToStrategy() => RetryStrategy.Parse(new()
    {
        Strategy = Strategy,
        BaseDelay = BaseDelay,
        Factor = Factor,
        MaxDelay = MaxDelay,
        Jitter = Jitter,
        Delays = Delays is null ? null : [.. Split(Delays).Select(delay => TimeSpan.Parse(delay, CultureInfo.InvariantCulture))],
    });

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var unreadable = Split(Delays ?? string.Empty).Where(delay => !TimeSpan.TryParse(delay, CultureInfo.InvariantCulture, out _)).ToList();
        if (unreadable.Count > 0)
        {
            return unreadable.Select(delay => new ValidationResult($"'{delay}' is not a duration (hh:mm:ss).", [nameof(Delays)]));
        }

        try
        {
            ToStrategy();
            return [];
        }
        catch (FormatException e)
        {
            return [new(e.Message, [nameof(Strategy)])];
        }
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
