namespace Reprocessing.Functions.Restarts;

/// <summary>Settings <c>Restart*</c>: who works on the orders.</summary>
internal sealed class RestartOptions : WebhookOptions
{
    public const string Prefix = "Restart";

    /// <summary>This app's own workflow, or an outside order service that is told by webhook.</summary>
    public RestartTargetKind Target { get; set; }

    /// <summary>Tries of one run; the next run tries again.</summary>
    [Range(1, 10)]
    public int WebhookAttempts { get; set; } = 3;

    /// <summary>From the decision to start a workflow to its beginning, where nobody has it in hand; after it the attempt has failed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan AcknowledgeTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long an attempt may be silent that the outside service has begun, or whose own workflow the engine has not come to.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromDays(1);

    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Target == RestartTargetKind.Webhook && WebhookUrl is null
            ? [new($"must be set when {Prefix}{nameof(Target)} is webhook.", [nameof(WebhookUrl)])]
            : base.Validate(validationContext);
}

[JsonConverter(typeof(EnumNameConverter<RestartTargetKind>))]
internal enum RestartTargetKind
{
    Workflow,
    Webhook,
}

/// <summary>Settings <c>Retry*</c>: how long a failed order waits for its next restart.</summary>
internal sealed class RetryOptions : IValidatableObject
{
    public const string Prefix = "Retry";

    /// <summary>immediate, fixed, linear, exponential or custom.</summary>
    public string Strategy { get; set; } = "exponential";

    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMinutes(1);

    public double Factor { get; set; } = 2;

    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
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
