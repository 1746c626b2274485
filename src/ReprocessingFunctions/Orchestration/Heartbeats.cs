namespace ReprocessingFunctions.Orchestration;

/// <summary>How a long activity says that it is alive, and how far it is.</summary>
internal interface IHeartbeat
{
    /// <summary>May be called as often as one likes: no more than one a second is written.</summary>
    /// <exception cref="AttemptGivenUpException">This attempt was given up; what it would still do is another's work.</exception>
    Task BeatAsync(HeartbeatProgress progress, CancellationToken cancellationToken);

    /// <summary>
    /// Beats for as long as the work is under way: for work that has its own limits of time, and waits for somebody else in between.
    /// </summary>
    /// <exception cref="AttemptGivenUpException">This attempt was given up; the work was called off.</exception>
    Task<T> BeatWhileAsync<T>(HeartbeatProgress progress, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken);
}

/// <param name="Total">Null when it is not known.</param>
internal sealed record HeartbeatProgress(int Done, int? Total = null, string? Detail = null);

internal sealed class AttemptGivenUpException(string message) : Exception(message);

internal sealed class Heartbeats(IHeartbeatStore store, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public IHeartbeat Of(HeartbeatTicket ticket) => new OfAttempt(ticket, store, time);

    /// <summary>Parts of one activity may beat side by side; one of them writes.</summary>
    private sealed class OfAttempt(HeartbeatTicket ticket, IHeartbeatStore store, TimeProvider time) : IHeartbeat
    {
        private int _writers;
        private DateTimeOffset _next = DateTimeOffset.MinValue;
        private string? _etag;

        public async Task BeatAsync(HeartbeatProgress progress, CancellationToken cancellationToken)
        {
            if (Interlocked.CompareExchange(ref _writers, 1, 0) != 0)
            {
                return;
            }

            try
            {
                var now = time.GetUtcNow();
                if (now >= _next)
                {
                    await WriteAsync(new(ticket, now, progress.Done, progress.Total, progress.Detail), cancellationToken);
                    _next = now + Pause;
                }
            }
            finally
            {
                Volatile.Write(ref _writers, 0);
            }
        }

        public async Task<T> BeatWhileAsync<T>(
            HeartbeatProgress progress, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var running = work(end.Token);
            try
            {
                while (await Task.WhenAny(running, Task.Delay(Pause, time, end.Token)) != running)
                {
                    end.Token.ThrowIfCancellationRequested();
                    await BeatAsync(progress, end.Token);
                }

                return await running;
            }
            finally
            {
                // The pause that is still on, and the work of an attempt that was given up.
                await end.CancelAsync();
                await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        private async Task WriteAsync(Heartbeat beat, CancellationToken cancellationToken) =>
            _etag = await store.BeatAsync(beat, _etag, cancellationToken)
                ?? throw new AttemptGivenUpException($"Attempt {ticket.Attempt} of '{ticket.Activity}' in '{ticket.InstanceId}' was given up.");
    }
}

/// <summary>When a long activity is given up, and how often it is tried.</summary>
/// <param name="Silence">The longest time between two signs of life.</param>
/// <param name="StartLimit">The longest time to the first one: a call may wait for a free worker.</param>
/// <param name="Longest">Of one attempt, however alive it is.</param>
internal sealed record HeartbeatPolicy(TimeSpan Silence, TimeSpan StartLimit, TimeSpan Longest, int Attempts = 3)
{
    public static HeartbeatPolicy After(TimeSpan silence) => new(silence, 10 * silence, 100 * silence);

    /// <summary>Twice in a silence: an attempt is given up no later than half of it too late.</summary>
    public TimeSpan CheckEvery => Silence / 2;
}

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

internal sealed record CheckHeartbeatInput(HeartbeatTicket Ticket, DateTimeOffset BegunAt, HeartbeatPolicy Policy);

/// <summary>Gives an attempt up when it has been silent for too long. What was given up stays so.</summary>
internal sealed class CheckHeartbeat(IHeartbeatStore heartbeats, TimeProvider time, ILogger<CheckHeartbeat> logger)
{
    /// <returns>True when the attempt is given up.</returns>
    [Function(nameof(CheckHeartbeat))]
    public async Task<bool> RunAsync([ActivityTrigger] CheckHeartbeatInput input, CancellationToken cancellationToken)
    {
        var isGivenUp = await heartbeats.GiveUpAsync(input.Ticket, last => IsSilent(input, last), cancellationToken);
        if (isGivenUp)
        {
            logger.AttemptGivenUp(input.Ticket.InstanceId, input.Ticket.Activity, input.Ticket.Attempt);
        }

        return isGivenUp;
    }

    private bool IsSilent(CheckHeartbeatInput input, Heartbeat? last)
    {
        var (now, policy) = (time.GetUtcNow(), input.Policy);
        var isQuiet = last is null ? now - input.BegunAt > policy.StartLimit : now - last.At > policy.Silence;
        return isQuiet || now - input.BegunAt > policy.Longest;
    }
}
