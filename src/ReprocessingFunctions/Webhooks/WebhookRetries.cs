using Reprocessing.Domain.Retries;

namespace ReprocessingFunctions.Webhooks;

/// <summary>How often a message is tried and how long is waited in between: exponentially longer, with jitter, never less than the receiver asks for.</summary>
/// <param name="Attempts">In all.</param>
internal sealed record WebhookRetries(int Attempts, RetryStrategy Waits)
{
    public static WebhookRetries Exponential(int attempts, TimeSpan first, double factor, TimeSpan longest) => new(
        attempts,
        RetryStrategy.Parse(new()
        {
            Strategy = "exponential",
            BaseDelay = first,
            Factor = factor,
            MaxDelay = longest,
            Jitter = "full",
        }));

    /// <summary>The jitter is seeded by the message, so that many that failed together do not come together again.</summary>
    /// <param name="attempt">The one that failed, from 1.</param>
    public TimeSpan WaitAfter(int attempt, string messageId, TimeSpan? asked)
    {
        var wait = Waits.DelayBefore(attempt, messageId);
        return asked > wait ? asked.Value : wait;
    }
}
