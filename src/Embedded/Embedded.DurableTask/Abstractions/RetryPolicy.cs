namespace Microsoft.DurableTask;

/// <summary>A declarative retry policy; waits are durable timers.</summary>
public class RetryPolicy
{
    private readonly Func<TaskFailureDetails, bool> _handleFailure = static _ => true;

    /// <param name="maxNumberOfAttempts">Counts the first attempt; at least 1.</param>
    /// <param name="firstRetryInterval">The wait before the second attempt; more than zero.</param>
    /// <param name="backoffCoefficient">What the wait is multiplied by each time; at least 1.</param>
    /// <param name="maxRetryInterval">The longest wait; one hour by default, infinite allowed.</param>
    /// <param name="retryTimeout">No attempt begins later than this after the first; infinite by default.</param>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        if (!(backoffCoefficient >= 1.0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(backoffCoefficient), backoffCoefficient, "The backoff coefficient must be 1 or more.");
        }

        ThrowIfShorter(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));
        ThrowIfShorter(retryTimeout, firstRetryInterval, nameof(retryTimeout));
        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval ?? TimeSpan.FromHours(1);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
    }

    public int MaxNumberOfAttempts { get; }

    public TimeSpan FirstRetryInterval { get; }

    public double BackoffCoefficient { get; }

    public TimeSpan MaxRetryInterval { get; }

    public TimeSpan RetryTimeout { get; }

    public Func<Exception, bool> Handle => exception => _handleFailure(
        exception is TaskFailedException failed ? failed.FailureDetails : TaskFailureDetails.FromException(exception));

    /// <summary>Says which failures are worth another attempt; all of them by default.</summary>
    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _handleFailure = value;
        }
    }

    internal bool Handles(TaskFailureDetails failure) => _handleFailure(failure);

    private static void ThrowIfShorter(TimeSpan? value, TimeSpan firstRetryInterval, string name)
    {
        if (value is { } given && given != Timeout.InfiniteTimeSpan && given < firstRetryInterval)
        {
            throw new ArgumentOutOfRangeException(
                name, given, "The value must be infinite or at least as long as the first retry interval.");
        }
    }
}
