namespace Reprocessing.Functions.Webhooks;

/// <summary>An external receiver. As long as the app runs, it remembers that the receiver asked for a pause or for nothing more.</summary>
/// <param name="name">For logs, health and metrics, which must not have the address: it may hold a key.</param>
internal sealed class WebhookTarget(string name, WebhookOptions options)
{
    public static readonly TimeSpan LongestHold = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private long _heldUntil;

    public string Name => name;

    public Uri Url { get; } = options.WebhookUrl ?? throw new ArgumentException($"The webhook {name} has no address.", nameof(options));

    public IReadOnlyList<WebhookSecret> Secrets { get; } = WebhookSecret.Parse(options.WebhookSecret ?? string.Empty, out _);

    public TimeSpan Timeout => options.WebhookTimeout;

    public DateTimeOffset HeldUntil => new(Volatile.Read(ref _heldUntil), TimeSpan.Zero);

    public bool IsClosed => HeldUntil == DateTimeOffset.MaxValue;

    /// <returns>False when it had been closed before.</returns>
    public bool TryClose() => TryHold(DateTimeOffset.MaxValue);

    /// <returns>False when it is held for as long as that already.</returns>
    public bool TryHold(DateTimeOffset until)
    {
        lock (_lock)
        {
            var isLonger = until.UtcTicks > _heldUntil;
            Volatile.Write(ref _heldUntil, Math.Max(until.UtcTicks, _heldUntil));
            return isLonger;
        }
    }
}

/// <summary>The receivers that the settings name; null where they name none.</summary>
internal sealed record WebhookTargets(WebhookTarget? Restarts, WebhookTarget? Notifications)
{
    public const string RestartsName = "restarts";
    public const string NotificationsName = "notices";

    public IEnumerable<WebhookTarget> All => new[] { Restarts, Notifications }.OfType<WebhookTarget>();

    public static WebhookTargets Of(RestartOptions restarts, NotificationOptions notifications) => new(
        restarts.Target == RestartTargetKind.Webhook ? new(RestartsName, restarts) : null,
        notifications.WebhookUrl is null ? null : new(NotificationsName, notifications));
}

/// <summary>Settings <c>...Webhook*</c> of one receiver.</summary>
internal abstract class WebhookOptions : IValidatableObject
{
    [OutgoingAddress]
    public Uri? WebhookUrl { get; set; }

    /// <summary><c>whsec_...</c>; several, separated by commas, while the receiver changes from one to the next.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>Of one try.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan WebhookTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>There is nothing to sign with unless it must be signed, or the settings have a secret all the same.</summary>
    protected virtual bool IsSigned => true;

    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        Webhooks.WebhookSecret.Parse(WebhookSecret ?? string.Empty, out var fault);
        var isUsed = WebhookUrl is not null && (IsSigned || !string.IsNullOrEmpty(WebhookSecret));
        return isUsed && fault is not null ? [new($"{fault}.", [nameof(WebhookSecret)])] : [];
    }
}
