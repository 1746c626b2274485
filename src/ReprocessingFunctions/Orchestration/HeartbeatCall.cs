namespace ReprocessingFunctions.Orchestration;

/// <summary>
/// Calls activities that take long and say that they are alive. Where <see cref="TimedActivity"/> must allow each attempt the time
/// of the slowest, here an attempt may take as long as it likes and is given up soon after it falls silent.
/// </summary>
internal static class HeartbeatCall
{
    private static readonly ActivityPolicy Check = new(TimeSpan.FromSeconds(30));

    /// <summary>
    /// The result of the first attempt that does not fail and is not given up; after the last one its
    /// <see cref="TaskFailedException"/> or a <see cref="TimeoutException"/>.
    /// </summary>
    /// <param name="input">
    /// Of each attempt. The ticket must be in it: the activity beats under it, and learns by it that it was given up.
    /// </param>
    public static async Task<TResult> CallWithHeartbeatAsync<TResult>(
        this TaskOrchestrationContext context, string activity, Func<HeartbeatTicket, object> input, HeartbeatPolicy policy)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var ticket = new HeartbeatTicket(context.InstanceId, activity, attempt);
                return await CallOnceAsync<TResult>(context, ticket, input(ticket), policy);
            }
            catch (Exception e) when (attempt < policy.Attempts && e is TaskFailedException or TimeoutException)
            {
                context.CreateReplaySafeLogger(nameof(HeartbeatCall)).ActivityAttemptFailed(activity, attempt, policy.Attempts, e.Message);
            }

            await context.CreateTimer(context.CurrentUtcDateTime + ActivityPolicy.WaitAfter(attempt), CancellationToken.None);
        }
    }

    private static async Task<TResult> CallOnceAsync<TResult>(
        TaskOrchestrationContext context, HeartbeatTicket ticket, object input, HeartbeatPolicy policy)
    {
        var begunAt = context.CurrentUtcDateTime;
        var call = context.CallActivityAsync<TResult>(ticket.Activity, input);
        bool isGivenUp;
        do
        {
            using var stopTimer = new CancellationTokenSource();
            var timer = context.CreateTimer(context.CurrentUtcDateTime + policy.CheckEvery, stopTimer.Token);
            if (await Task.WhenAny(call, timer) == call)
            {
                // A timer left open would hold the instance open.
                stopTimer.Cancel();
                return await call;
            }

            isGivenUp = await IsGivenUpAsync(context, new(ticket, new(begunAt, TimeSpan.Zero), policy));
            if (call.IsCompleted)
            {
                return await call;
            }
        }
        while (!isGivenUp);

        throw new TimeoutException($"The activity '{ticket.Activity}' gave no sign of life for {policy.Silence} (attempt {ticket.Attempt}).");
    }

    private static async Task<bool> IsGivenUpAsync(TaskOrchestrationContext context, CheckHeartbeatInput input)
    {
        try
        {
            return await context.CallTimedAsync<bool>(nameof(CheckHeartbeat), input, Check);
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            // The heart cannot be heard, which is not silence; but nothing is waited for without end.
            return context.CurrentUtcDateTime - input.BegunAt.UtcDateTime > input.Policy.Longest;
        }
    }
}
