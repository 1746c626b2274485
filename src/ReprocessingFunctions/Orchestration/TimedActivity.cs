using Microsoft.DurableTask;

namespace ReprocessingFunctions.Orchestration;

/// <summary>
/// Calls activities with a limit on the time of each attempt. The engine's retry policy knows no such limit, and one timer around
/// the whole policy would let a single hanging attempt use up the time of all.
/// </summary>
internal static class TimedActivity
{
    /// <summary>
    /// The result of the first attempt that does not fail, and that <paramref name="again"/>, if given, does not ask to repeat.
    /// After the last attempt: its result as it is, its <see cref="TaskFailedException"/>, or a <see cref="TimeoutException"/>.
    /// </summary>
    public static async Task<TResult> CallTimedAsync<TResult>(
        this TaskOrchestrationContext context, string activity, object input, ActivityPolicy policy, Func<TResult, bool>? again = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await CallOnceAsync<TResult>(context, activity, input, policy.Timeout);
                if (attempt >= policy.Attempts || again?.Invoke(result) != true)
                {
                    return result;
                }
            }
            catch (Exception e) when (attempt < policy.Attempts && e is TaskFailedException or TimeoutException)
            {
                context.CreateReplaySafeLogger(nameof(TimedActivity)).ActivityAttemptFailed(activity, attempt, policy.Attempts, e.Message);
            }

            await context.CreateTimer(context.CurrentUtcDateTime + ActivityPolicy.WaitAfter(attempt), CancellationToken.None);
        }
    }

    private static async Task<TResult> CallOnceAsync<TResult>(
        TaskOrchestrationContext context, string activity, object input, TimeSpan timeout)
    {
        using var stopTimer = new CancellationTokenSource();
        var call = context.CallActivityAsync<TResult>(activity, input);
        var timer = context.CreateTimer(context.CurrentUtcDateTime + timeout, stopTimer.Token);
        if (await Task.WhenAny(call, timer) != call)
        {
            // The activity itself cannot be stopped and may still finish: activities are idempotent for this reason too.
            throw new TimeoutException($"The activity '{activity}' took longer than {timeout}.");
        }

        // A timer left open would hold the instance open.
        stopTimer.Cancel();
        return await call;
    }
}
