using Reprocessing.Domain.Decisions;
using Reprocessing.Storage.Due;

namespace ReprocessingFunctions.Runs;

/// <param name="MaxOrders">The most orders that the run may find; absent or 0 means the setting <c>ReprocessingBatchSize</c>.</param>
/// <param name="RequestId">Tells the caller whose start this was when the answer to it got lost.</param>
internal sealed record ReprocessingBatchInput(int? MaxOrders = null, RunTrigger Trigger = RunTrigger.Http, string? RequestId = null);

internal enum RunTrigger
{
    [JsonStringEnumMemberName("http")]
    Http,

    [JsonStringEnumMemberName("timer")]
    Timer,
}

/// <summary>
/// One run: plans it, finishes what an interrupted run left behind, lets a child orchestration work it off and records its
/// result. It is the only instance that is started from outside, always with the id <see cref="RunStarter.InstanceId"/>.
/// </summary>
internal static class ReprocessingBatchOrchestrator
{
    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(2));

    [Function(nameof(ReprocessingBatchOrchestrator))]
    public static async Task<ReprocessingResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ReprocessingBatchInput>() ?? new();
        var (runId, startedAt) = RunIds.At(context.CurrentUtcDateTime);
        context.CreateReplaySafeLogger(nameof(ReprocessingBatchOrchestrator)).RunBegins(runId, input.Trigger, context.Version);
        context.SetCustomStatus(RunStatus.Planning(runId, startedAt));
        var plan = await context.CallTimedAsync<SliceInput>(
            nameof(PlanRun), new PlanRunInput(runId, startedAt, input.MaxOrders, input.Trigger), Storage);
        await FinishInterruptedStartsAsync(context, plan);

        var (result, error) = await SliceAttempts.RunAsync(
            context, plan, (childId, done) => SetStatus(context, plan, RunPhase.Running, done, childId));
        if (error is not null)
        {
            result = result.Complete(new(context.CurrentUtcDateTime, TimeSpan.Zero), result.StopReason ?? StopReason.Failed);
        }

        result = await context.CallTimedAsync<ReprocessingResult>(nameof(EndJob), new EndJobInput(runId, result, error), Storage);
        await context.CallTimedAsync<bool>(
            nameof(RecordRunResult), new RecordRunResultInput(RunJobOptions.Rule(runId, plan.KindOptions), input.Trigger, plan.BatchSize, result, error), Storage);
        SetStatus(context, plan, error is null ? RunPhase.Completed : RunPhase.Failed, result, error: error);
        return error is null ? result : throw new RunFailedException($"Run {runId}: {error}");
    }

    /// <summary>A start that cannot be finished now is tried again by the next run; it must not keep this one from its own work.</summary>
    private static async Task FinishInterruptedStartsAsync(TaskOrchestrationContext context, SliceInput plan)
    {
        try
        {
            await context.CallTimedAsync<int>(nameof(FinishInterruptedStarts), new FinishInterruptedStartsInput(plan.JobId), Storage);
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            context.CreateReplaySafeLogger(nameof(ReprocessingBatchOrchestrator)).InterruptedStartsFailed(plan.JobId, e.Message);
        }
    }

    private static void SetStatus(
        TaskOrchestrationContext context,
        SliceInput plan,
        RunPhase phase,
        ReprocessingResult result,
        string? childId = null,
        string? error = null) =>
        context.SetCustomStatus(RunStatus.Of(plan, phase, result, new(context.CurrentUtcDateTime, TimeSpan.Zero)) with
        {
            ChildInstanceId = childId,
            Error = error,
        });
}

/// <summary>Ends the batch as Failed after its partial result was recorded; its message is the instance's output.</summary>
internal sealed class RunFailedException(string message) : Exception(message);

internal sealed record PlanRunInput(string RunId, DateTimeOffset StartedAt, int? MaxOrders, RunTrigger Trigger);

/// <summary>
/// Reads the settings into the run's input, so that an orchestrator reads none and a run keeps to what it began with; counts
/// what is due, so that progress has a whole; and lists the run as running, and no other.
/// </summary>
internal sealed class PlanRun(
    IOptions<ReprocessingOptions> options, DueCount due, IResultStore results, IJobStore jobs, AbandonedRuns abandoned)
{
    private readonly ReprocessingOptions _options = options.Value;

    [Function(nameof(PlanRun))]
    public async Task<SliceInput> RunAsync(
        [ActivityTrigger] PlanRunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await abandoned.CloseAsync(client, input.RunId, cancellationToken);

        // A start over HTTP was checked before; one through the management API was not.
        var cap = input.MaxOrders is > 0 and var asked ? Math.Min(asked, _options.MaxOrders) : _options.BatchSize;
        var plan = Plan(input, cap);
        var job = await jobs.CreateAsync(Job(input, plan), cancellationToken);
        await results.SaveAsync(
            new(input.RunId, input.StartedAt, EnumNames.Of(input.Trigger), cap, RunState.Running, plan.AccumulatedResult), cancellationToken);
        return plan with
        {
            Control = job.Control,
            Expected = await due.TryCountAsync(RunJobOptions.Rule(input.RunId, plan.KindOptions), cap, cancellationToken),
        };
    }

    private SliceInput Plan(PlanRunInput input, int cap) => new(
        input.RunId,
        JobOperation.Reprocess,
        cap,
        new ReprocessingResult(input.StartedAt),
        ContinuationCount: 0,
        input.StartedAt,
        new(new(_options.ChunkSize), Reservation: null, _options.QueryTimeout, _options.ProcessTimeout),
        new(Version: 1, DesiredState.Run, new(_options.Parallelism)))
    {
        FailureStatuses = _options.FailureStatusList,
        MaxRetries = _options.MaxRetries,
        Deadline = input.StartedAt + _options.RunTimeout,
    };

    /// <summary>A run is a job too: it is listed among them, and paused, paced and cancelled as they are.</summary>
    private static JobRecord Job(PlanRunInput input, SliceInput plan) => new()
    {
        JobId = input.RunId,
        Operation = JobOperation.Reprocess,
        State = JobState.Running,
        Reason = input.Trigger == RunTrigger.Timer ? "The schedule was due." : "A run was asked for.",
        RequestedBy = EnumNames.Of(input.Trigger),
        CreatedAt = input.StartedAt,
        StartedAt = input.StartedAt,
        Selection = $"up to {plan.BatchSize} due orders, {string.Join(", ", plan.FailureStatuses ?? [])}",
        Options = plan.KindOptions,
        Control = plan.Control,
    };
}

/// <summary>Counts the orders that are due. A count is good to know and never worth a run: a query that fails leaves it unknown.</summary>
internal sealed class DueCount(IDueOrders due, ILogger<DueCount> logger)
{
    /// <summary>Null when storage does not say.</summary>
    public async Task<int?> TryCountAsync(ReprocessingRule rule, int atMost, CancellationToken cancellationToken)
    {
        try
        {
            return await due.CountAsync(rule, atMost, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.DueNotCounted(e, rule.RunId);
            return null;
        }
    }
}

internal sealed record RecordRunResultInput(
    ReprocessingRule Rule, RunTrigger Trigger, int Cap, ReprocessingResult Result, string? Error);

/// <summary>Keeps the result of a run, whole or partial, and raises the alerts that it gives cause for.</summary>
internal sealed class RecordRunResult(
    IResultStore results,
    DueCount due,
    IOptions<AlertOptions> options,
    INotifications notifications,
    ReprocessingMetrics metrics,
    ILogger<RecordRunResult> logger)
{
    private readonly AlertThresholds _thresholds = options.Value.ToThresholds();

    [Function(nameof(RecordRunResult))]
    public async Task<bool> RunAsync(
        [ActivityTrigger] RecordRunResultInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var (runId, result) = (input.Rule.RunId, input.Result);
        var alerts = await EvaluateAsync(input, cancellationToken);
        var state = input.Error is null ? RunState.Completed : RunState.Failed;
        await results.SaveAsync(
            new(runId, result.ProcessedAt, EnumNames.Of(input.Trigger), input.Cap, state, result) { Error = input.Error, Alerts = alerts },
            cancellationToken);
        await notifications.AlertedAsync(client, runId, alerts, result.CompletedAt ?? result.ProcessedAt, cancellationToken);

        foreach (var alert in alerts)
        {
            logger.AlertRaised(runId, EnumNames.Of(alert.Kind), alert.Message);
            metrics.AlertRaised(EnumNames.Of(alert.Kind));
        }

        if (!result.IsBalanced)
        {
            logger.RunUnbalanced(runId, result.ToString());
        }

        metrics.RunEnded((result.CompletedAt ?? result.ProcessedAt) - result.ProcessedAt, EnumNames.Of(state), input.Error is null ? null : "run_failed");
        TellEnd(input);
        return true;
    }

    private async Task<IReadOnlyList<Alert>> EvaluateAsync(RecordRunResultInput input, CancellationToken cancellationToken)
    {
        var earlier = await results.ListAsync(_thresholds.FullRuns + 1, token: null, cancellationToken);
        if (earlier.Items.FirstOrDefault(run => run.RunId == input.Rule.RunId && run.State != RunState.Running) is { } recorded)
        {
            // An execution whose answer was lost has raised them; measured anew they might be others, and somebody was told.
            return recorded.Alerts;
        }

        var loads = earlier.Items
            .Where(run => run.RunId != input.Rule.RunId)
            .Select(run => new RunLoad(run.Result.FoundCount, run.Cap))
            .Prepend(new(input.Result.FoundCount, input.Cap));
        var waiting = await due.TryCountAsync(input.Rule, _thresholds.Backlog + 1, cancellationToken);
        return AlertRules.Evaluate(input.Result, AlertRules.FullRunsInARow(loads), waiting ?? 0, _thresholds);
    }

    private void TellEnd(RecordRunResultInput input)
    {
        var (runId, result) = (input.Rule.RunId, input.Result);
        if (input.Error is { } error)
        {
            logger.RunFailed(runId, result.FoundCount, error);
            return;
        }

        logger.RunCompleted(runId, result.FoundCount, result.RestartedCount, result.DlqCount, result.ErrorCount, result.SkippedCount);
    }
}
