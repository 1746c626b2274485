namespace ReprocessingFunctions.Orchestration;

/// <summary>
/// Calls activities with a limit on the time of each attempt. The engine's retry policy knows no such limit, and one timer around
/// the whole policy would let a single hanging attempt use up the time of all. The limit is the activity's own to keep, by its
/// <see cref="TimedInput"/>: only there is it known when the work began, as a call may stand behind thousands of others in the
/// hub's queue. The timer here is for the call that never begins, or whose answer never comes.
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
                var result = await CallOnceAsync<TResult>(context, activity, input, policy);
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
