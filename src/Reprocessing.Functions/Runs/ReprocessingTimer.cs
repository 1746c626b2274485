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

/// <summary>Schedule and manual start share the instance id, and the engine itself refuses a second: looking first, as is done too, would let two callers through.</summary>
internal sealed class RunStarter(IJobStore jobs, TimeProvider time, ILogger<RunStarter> logger)
{
    public const string InstanceId = "reprocessing-batch";

    private const int MaxWaits = 40;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(250);

    public async Task<OrchestrationMetadata?> StartAsync(
        DurableTaskClient client, ReprocessingBatchInput input, CancellationToken cancellationToken)
    {
        // Not every engine release counts a suspended instance among those that refuse a start.
        if (await FindInTheWayAsync(client, cancellationToken) is { } running)
        {
            return running;
        }

        var active = await client.TryStartAsync(
            nameof(ReprocessingBatchOrchestrator),
            SingleInstance.OneAtATime(InstanceId),
            input,
            () => FindActiveAsync(client, cancellationToken),
            cancellationToken);
        if (active is null)
        {
            logger.RunStarted(InstanceId, input.Trigger, input.MaxOrders);
            return null;
        }

        // A start whose answer was lost has still started this caller's run.
        return EventJson.TryRead(active.ReadInputAs<ReprocessingBatchInput>)?.RequestId == input.RequestId ? null : active;
    }

    public static async Task<OrchestrationMetadata?> FindActiveAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(InstanceId, getInputsAndOutputs: true, cancellationToken);
        return instance is { IsCompleted: false } ? instance : null;
    }

    /// <summary>A run's end is stored by its last chunk; its orchestration hears of it a moment later. Whoever has seen the end may start the next run.</summary>
    private async Task<OrchestrationMetadata?> FindInTheWayAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        for (var waits = 0; ; waits++)
        {
            var active = await FindActiveAsync(client, cancellationToken);
            var isEnding = active is { RuntimeStatus: OrchestrationRuntimeStatus.Running }
                && active.ReadStatusAs<RunStatus>() is { } status
                && await jobs.GetAsync(status.RunId, cancellationToken) is { } run
                && run.State.HasEnded();
            if (!isEnding || waits == MaxWaits)
            {
                return active;
            }

            await Task.Delay(Wait, time, cancellationToken);
        }
    }
}

/// <summary>Starts what was decided a while ago and has not begun: the process died, the start failed, or an outside service accepted it and has not reported.</summary>
internal sealed class InterruptedStarts(
    IPendingStarts pending,
    IRestartTarget target,
    RestartStarter starter,
    RetryStrategy backoff,
    IOptions<ReprocessingOptions> options,
    ReprocessingMetrics metrics,
    TimeProvider time,
    ILogger<InterruptedStarts> logger)
{
    private const int StartsAtOnce = 100;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(60);

    public async Task<int> FinishAsync(string by, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var parallelism = options.Value.StartParallelism;
        var decidedBefore = time.GetUtcNow() - options.Value.InterruptedStartAge;
        var finished = 0;
        await foreach (var starts in pending.ReadAsync(decidedBefore, cancellationToken).Chunk(StartsAtOnce).WithCancellation(cancellationToken))
        {
            var waits = await starts.SelectParallelAsync(parallelism, (start, cancelled) => TryAbandonAsync(client, start, cancelled), cancellationToken);
            List<Wait> open = [.. waits.Where(wait => !wait.IsOver)];
            var left = await starter.StartAllAsync(
                client, [.. open.Where(wait => !wait.IsStarted).Select(wait => wait.Start)], cancellationToken, isInterrupted: true);

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
    private async Task<Wait> TryAbandonAsync(DurableTaskClient client, OrderStart start, CancellationToken cancellationToken)
    {
        var (limit, isStarted) = await target.LookAsync(client, start, cancellationToken);
        var wait = new Wait(start, start.DecidedAt + limit, isStarted, IsOver: time.GetUtcNow() - start.DecidedAt >= limit);
        if (!wait.IsOver)
        {
            return wait;
        }

        if (await pending.FailAsync(start, $"The attempt was not begun within {limit}.", backoff, cancellationToken))
        {
            logger.StartNotAcknowledged(start.OrderId, start.WorkflowId, limit!.Value);
            metrics.StartAbandoned(start, time.GetUtcNow());
        }

        return wait;
    }

    private sealed record Wait(OrderStart Start, DateTimeOffset? Until, bool IsStarted, bool IsOver);
}
