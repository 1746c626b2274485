namespace Reprocessing.Functions.Orchestration;

// Calls activities with a limit on the time of each attempt, which the engine's retry policy does not know. The limit is the activity's own to keep, by its
// TimedInput: only there is it known when the work began, as a call may stand behind thousands of others in the hub's queue. The timer here is for the call
// that never begins, or whose answer never comes.
internal static class TimedActivity
{
    /// <summary>The result of the first attempt that does not fail; after the last one its <see cref="TaskFailedException"/> or <see cref="TimeoutException"/>.</summary>
    public static async Task<TResult> CallTimedAsync<TResult>(
        this TaskOrchestrationContext context, string activity, object input, ActivityPolicy policy)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CallOnceAsync<TResult>(context, activity, input, policy);
            }
            catch (Exception e) when (attempt < policy.Attempts && e is TaskFailedException or TimeoutException)
            {
                context.CreateReplaySafeLogger(nameof(TimedActivity)).ActivityAttemptFailed(activity, attempt, policy.Attempts, e.Message);
            }

            await context.CreateTimer(context.CurrentUtcDateTime + ActivityPolicy.WaitAfter(attempt), CancellationToken.None);
        }
    }

    public static async Task<TResult?> TryCallTimedAsync<TResult>(
        this TaskOrchestrationContext context, string activity, object input, ActivityPolicy policy, Action<string>? failed = null)
    {
        try
        {
            return await context.CallTimedAsync<TResult>(activity, input, policy);
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            failed?.Invoke(e.Message);
            return default;
        }
    }

    private static async Task<TResult> CallOnceAsync<TResult>(
        TaskOrchestrationContext context, string activity, object input, ActivityPolicy policy)
    {
        using var stopTimer = new CancellationTokenSource();
        var call = context.CallActivityAsync<TResult>(activity, input is TimedInput timed ? timed with { TimeLimit = policy.Timeout } : input);
        var timer = context.CreateTimer(context.CurrentUtcDateTime + policy.AnswerLimit, stopTimer.Token);
        if (await Task.WhenAny(call, timer) != call)
        {
            // The call itself cannot be taken back and may still be made: activities are idempotent for this reason too.
            throw new TimeoutException($"The activity '{activity}' gave no answer within {policy.AnswerLimit}.");
        }

        // A timer left open would hold the instance open.
        stopTimer.Cancel();
        try
        {
            return await call;
        }
        catch (TaskFailedException e) when (e.FailureDetails.ErrorType == typeof(TimeLimitException).FullName)
        {
            throw new TimeoutException($"The activity '{activity}' took longer than {policy.Timeout}.", e);
        }
    }
}

internal abstract record TimedInput
{
    /// <summary>Of this call, from its beginning. <see cref="TimedActivity"/> sets it; calls of instances that are older have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? TimeLimit { get; init; }
}

internal sealed record ActivityPolicy(TimeSpan Timeout, int Attempts = 3)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>From the call to its answer: it may wait for a free worker, for as long as a full hub makes it wait.</summary>
    public TimeSpan AnswerLimit => 10 * Timeout;

    /// <summary>The same waits as the engine's own policy, for calls that need no limit on each attempt's answer.</summary>
    public static RetryPolicy Retries(int attempts) => new(attempts, FirstWait, backoffCoefficient: 2, maxRetryInterval: LongestWait);

    public static TimeSpan WaitAfter(int attempt)
    {
        var seconds = FirstWait.TotalSeconds * Math.Pow(2, attempt - 1);
        return seconds < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestWait;
    }
}

internal static class TimeLimit
{
    public static Task<TResult> InTimeAsync<TResult>(
        this TimedInput input, TimeProvider time, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken) =>
        RunAsync(input.TimeLimit, time, work, cancellationToken);

    public static async Task<TResult> RunAsync<TResult>(
        TimeSpan? limit, TimeProvider time, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        if (limit is not { } longest)
        {
            return await work(cancellationToken);
        }

        using var timer = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeLimitException($"It took longer than {longest}.", e);
        }
    }
}

/// <summary>By the name of this type, in the failure that the engine keeps, an orchestration tells a limit from any other failure.</summary>
internal sealed class TimeLimitException(string message, Exception inner) : TimeoutException(message, inner);

/// <summary>The one durable timer of a loop. A later wish leaves an earlier timer as it is: waking up once too often costs less history than a new timer.</summary>
internal sealed class WakeTimer(TaskOrchestrationContext context) : IDisposable
{
    private CancellationTokenSource? _stop;
    private DateTimeOffset _at;
    private DateTimeOffset _reached;

    // A timer that fired has reached its moment: the engine of Azure Storage (DurableTask.AzureStorage 2.11.2) fires up to a second early, and whoever went by the
    // context's time alone would set it again and again until that second is over.
    public DateTimeOffset Now => new[] { context.UtcNow(), _reached }.Max();

    public Task? Pending { get; private set; }

    public bool Set(DateTimeOffset? wakeAt)
    {
        if (wakeAt is not { } at || (Pending is not null && _at <= at))
        {
            return false;
        }

        Stop();
        _stop = new();
        _at = at;
        Pending = context.CreateTimer(at.UtcDateTime, _stop.Token);
        return true;
    }

    public void Fired()
    {
        _reached = _at;
        Clear();
    }

    /// <summary>A timer left open would hold the instance open.</summary>
    public void Stop()
    {
        _stop?.Cancel();
        Clear();
    }

    public void Dispose() => Stop();

    private void Clear()
    {
        _stop?.Dispose();
        (_stop, Pending) = (null, null);
    }
}

internal static class OrchestrationClock
{
    public static DateTimeOffset UtcNow(this TaskOrchestrationContext context) => new(context.CurrentUtcDateTime, TimeSpan.Zero);
}
