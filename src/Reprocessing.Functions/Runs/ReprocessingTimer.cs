using Reprocessing.Storage.Starts;

namespace Reprocessing.Functions.Runs;

/// <summary>Starts the batch on schedule and returns at once. A tick that starts nothing is logged, counted and kept, with its reason.</summary>
internal sealed class ReprocessingTimer(
    RunStarter starter,
    ScheduleStore schedule,
    InterruptedStarts interrupted,
    IResultStore results,
    IOptions<ReprocessingOptions> options,
    ReprocessingMetrics metrics,
    TimeProvider time,
    ILogger<ReprocessingTimer> logger)
{
    [Function(nameof(ReprocessingTimer))]
    public async Task RunAsync(
        [TimerTrigger("%ReprocessingSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (timer.IsPastDue)
        {
            logger.TickPastDue();
        }

        if (!options.Value.Enabled || (await schedule.GetAsync(cancellationToken)).IsPaused)
        {
            await SkipAsync(options.Value.Enabled ? TickSkipReason.Paused : TickSkipReason.Disabled, cancellationToken);

            // No run takes anything up now, but what jobs and people have decided to start is to be started.
            await interrupted.FinishAsync("stopped-schedule", client, cancellationToken);
            return;
        }

        // The tick is the request: should the host run one twice, the second finds the first one's run.
        var tick = time.GetUtcNow().ToString("'tick-'yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        var active = await starter.StartAsync(client, new(MaxOrders: null, RunTrigger.Timer, tick), cancellationToken);
        if (active is not null)
        {
            var isPaused = active.RuntimeStatus == OrchestrationRuntimeStatus.Suspended;
            await SkipAsync(isPaused ? TickSkipReason.Paused : TickSkipReason.AlreadyRunning, cancellationToken);
        }
    }

    private async Task SkipAsync(TickSkipReason reason, CancellationToken cancellationToken)
    {
        var name = EnumNames.Of(reason);
        logger.TickSkipped(name);
        metrics.TickSkipped(name);
        await results.SaveSkippedTickAsync(new(time.GetUtcNow(), reason), cancellationToken);
    }
}

/// <summary>Starts what was decided a while ago and has not begun: the process died, the start failed, or an outside service accepted it and has not reported.</summary>
internal sealed class InterruptedStarts(
    IPendingStarts pending,
    RestartStarter starter,
    RetryStrategy backoff,
    IOptions<ReprocessingOptions> options,
    ReprocessingMetrics metrics,
    TimeProvider time,
    ILogger<InterruptedStarts> logger)
{
    private const int StartsAtOnce = 100;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(60);

    /// <returns>How many of the workflows exist now.</returns>
    public async Task<int> FinishAsync(string by, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var parallelism = options.Value.StartParallelism;
        var decidedBefore = time.GetUtcNow() - options.Value.InterruptedStartAge;
        var finished = 0;
        await foreach (var starts in pending.ReadAsync(decidedBefore, cancellationToken).Chunk(StartsAtOnce).WithCancellation(cancellationToken))
        {
            var waits = await starts.SelectParallelAsync(parallelism, (start, cancelled) => TryGiveUpAsync(client, start, cancelled), cancellationToken);
            List<Wait> open = [.. waits.Where(wait => !wait.IsOver)];
            var left = await starter.StartAllAsync(client, open.ConvertAll(wait => wait.Start), cancellationToken, isInterrupted: true);

            // If the process dies before this is stored, the next look asks again, under the same id.
            await open.SelectParallelAsync(
                parallelism,
                (wait, cancelled) => pending.DeferAsync(wait.Start, left.GetValueOrDefault(wait.Start.OrderId), wait.Until, cancelled),
                cancellationToken);
            finished += open.Count - left.Count;
            if (time.GetElapsedTime(begun) >= Budget)
            {
                break;
            }
        }

        if (finished > 0)
        {
            logger.InterruptedStartsFinished(by, finished);
        }

        return finished;
    }

    /// <summary>When the start is late its attempt has failed, and what follows is the next run's.</summary>
    private async Task<Wait> TryGiveUpAsync(DurableTaskClient client, OrderStart start, CancellationToken cancellationToken)
    {
        var limit = await starter.GetTimeLimitAsync(client, start, cancellationToken);
        var wait = new Wait(start, start.DecidedAt + limit, IsOver: time.GetUtcNow() - start.DecidedAt >= limit);
        if (!wait.IsOver)
        {
            return wait;
        }

        if (await pending.FailAsync(start, $"The attempt was not begun within {limit}.", backoff, cancellationToken))
        {
            logger.StartNotAcknowledged(start.OrderId, start.WorkflowId, limit!.Value);
            metrics.StartGivenUp(start, time.GetUtcNow());
        }

        return wait;
    }

    private sealed record Wait(OrderStart Start, DateTimeOffset? Until, bool IsOver);
}
