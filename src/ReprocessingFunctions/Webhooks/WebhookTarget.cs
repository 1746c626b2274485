namespace ReprocessingFunctions.Webhooks;

/// <summary>An outside receiver. It remembers, for as long as the app runs, that the receiver wants nothing now or ever.</summary>
/// <param name="name">For the log, health and metrics, where the address, which may hold a key, does not belong.</param>
internal sealed class WebhookTarget(string name, WebhookOptions options)
{
    /// <summary>A receiver that asks for more is asked again after this.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _heldUntil;
    private bool _isClosed;

    public string Name => name;

    public Uri Url { get; } = options.WebhookUrl ?? throw new ArgumentException($"The webhook {name} has no address.", nameof(options));

    public IReadOnlyList<WebhookSecret> Secrets { get; } = WebhookSecret.Parse(options.WebhookSecret ?? string.Empty, out _);

    public TimeSpan Timeout => options.WebhookTimeout;

    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _isClosed;
            }
        }
    }

    /// <returns>False when it had been closed before.</returns>
    public bool Close()
    {
        lock (_lock)
        {
            return !_isClosed && (_isClosed = true);
        }
    }

    /// <summary>Nothing is sent for that long: the receiver asked for it, and many senders would ask it the same.</summary>
    public void Hold(TimeSpan time, DateTimeOffset now)
    {
        lock (_lock)
        {
            var until = now + (time < LongestHold ? time : LongestHold);
            _heldUntil = until > _heldUntil ? until : _heldUntil;
        }
    }

    /// <summary>How long it is to be left alone yet; zero when it is not.</summary>
    public TimeSpan HeldFor(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _heldUntil > now ? _heldUntil - now : TimeSpan.Zero;
        }
    }
}
