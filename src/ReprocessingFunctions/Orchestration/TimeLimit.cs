namespace ReprocessingFunctions.Orchestration;

/// <summary>Stops an activity's work when it has taken too long.</summary>
internal static class TimeLimit
{
    /// <exception cref="TimeLimitException">The work was not done in time and has stopped.</exception>
    public static Task<TResult> InTimeAsync<TResult>(
        this TimedInput input, TimeProvider time, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken) =>
        RunAsync(input.TimeLimit, time, work, cancellationToken);

    /// <inheritdoc cref="InTimeAsync"/>
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
