namespace Reprocessing.Functions.Runs;

internal sealed record ReprocessingBatchInput(
    int? MaxOrders = null, RunTrigger Trigger = RunTrigger.Http, string? RequestId = null)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestedBy { get; init; }
}

internal enum RunTrigger
{
    Http,
    Timer,
}

/// <summary>One run: begins it, lets a child orchestration do its work, and completes it. Always under the id <see cref="RunStarter.InstanceId"/>.</summary>
internal static class ReprocessingBatchOrchestrator
{
    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(2));

    private static readonly TimeSpan WaitBetweenAttempts = TimeSpan.FromSeconds(5);

    [Function(nameof(ReprocessingBatchOrchestrator))]
    public static async Task<ReprocessingResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ReprocessingBatchInput>() ?? new();
        var (runId, startedAt) = RunIds.At(context.CurrentUtcDateTime);
        context.CreateReplaySafeLogger(nameof(ReprocessingBatchOrchestrator)).RunBegins(runId, input.Trigger, context.Version);
        context.SetCustomStatus(RunStatus.Planning(runId, startedAt));
        var run = await context.CallTimedAsync<ReprocessingInput>(
            nameof(BeginRun), new BeginRunInput(runId, startedAt, input.MaxOrders, input.Trigger) { RequestedBy = input.RequestedBy }, Storage);
        var (result, error) = await ReprocessAsync(context, run);
        if (result.CompletedAt is null)
        {
            // The last chunk has not completed the run: it was stopped or cut off, or there was nothing to do.
            result = await context.CallTimedAsync<ReprocessingResult>(nameof(RunCompletion.CompleteRun), new CompleteRunInput(run.Rule, result, error), Storage);
        }

        context.SetCustomStatus(RunStatus.Of(run, error is null ? JobPhase.Completed : JobPhase.Failed, result, context.UtcNow()) with { Error = error });
        return error is null ? result : throw new RunFailedException($"Run {runId}: {error}");
    }

    /// <summary>A child that fails is followed by a second one, from what the first has stored: the engine's own retry would begin again from the same input.</summary>
    private static async Task<(ReprocessingResult Result, string? Error)> ReprocessAsync(TaskOrchestrationContext context, ReprocessingInput run)
    {
        for (var input = run; ; input = input with { Attempt = input.Attempt + 1 })
        {
            var childId = RunInstances.Child(run.RunId, input.Attempt);
            context.SetCustomStatus(RunStatus.Of(run, JobPhase.Running, input.AccumulatedResult, context.UtcNow()) with { ChildInstanceId = childId });
            try
            {
                return (await context.CallSubOrchestratorAsync<ReprocessingResult>(
                    nameof(ReprocessingOrchestrator), input, new SubOrchestrationOptions(instanceId: childId)), null);
            }
            catch (TaskFailedException e)
            {
                var progress = await context.CallTimedAsync<RunProgress>(nameof(ReadRunProgress), new ReadRunProgressInput(run.RunId), Storage);
                var slice = progress.Last?.Slice ?? 0;
                input = input with
                {
                    AccumulatedResult = run.AccumulatedResult.With(progress.Tally) with { ContinuationCount = slice },
                    ContinuationCount = slice,
                };
                context.CreateReplaySafeLogger(nameof(ReprocessingBatchOrchestrator))
                    .RunAttemptFailed(run.RunId, input.Attempt, RunInstances.Attempts, e.FailureDetails.ErrorMessage);
                if (input.Attempt == RunInstances.Attempts)
                {
                    return (input.AccumulatedResult.Stop(StopReason.Failed), e.FailureDetails.ErrorMessage);
                }
            }

            await context.CreateTimer(context.CurrentUtcDateTime + WaitBetweenAttempts, CancellationToken.None);
        }
    }
}

internal sealed class RunFailedException(string message) : Exception(message);

/// <summary>Ids of a run's child orchestrations. A second attempt has an id, and so a history, of its own.</summary>
internal static class RunInstances
{
    public const int Attempts = 2;

    public static IEnumerable<string> Children(string runId) => Enumerable.Range(1, Attempts).Reverse().Select(attempt => Child(runId, attempt));

    public static string Child(string runId, int attempt) => attempt == 1
        ? $"reprocessing-{runId}"
        : string.Create(CultureInfo.InvariantCulture, $"reprocessing-{runId}-attempt-{attempt}");
}

internal sealed record BeginRunInput(string RunId, DateTimeOffset StartedAt, int? MaxOrders, RunTrigger Trigger)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestedBy { get; init; }
}

/// <summary>Reads the settings into the run's input, so that a run keeps to what it began with.</summary>
internal sealed class BeginRun(
    IOptions<ReprocessingOptions> options, DueCount due, IJobStore jobs, RunReconciler abandoned, InterruptedStarts starts, ILogger<BeginRun> logger)
{
    private readonly ReprocessingOptions _options = options.Value;

    [Function(nameof(BeginRun))]
    public async Task<ReprocessingInput> RunAsync(
        [ActivityTrigger] BeginRunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await abandoned.CloseAsync(input.RunId, cancellationToken);

        // A start over HTTP was checked before; one through the management API was not.
        var cap = input.MaxOrders is > 0 and var asked ? Math.Min(asked, _options.MaxOrders) : _options.BatchSize;
        var run = Input(input, cap);
        run = run with { Expected = await due.TryCountAsync(run.Rule, cap, cancellationToken) };
        var stored = await jobs.CreateRunAsync(Record(input, run), cancellationToken);
        try
        {
            await starts.FinishAsync(input.RunId, client, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The next run tries again; this one must not be kept from its own work.
            logger.InterruptedStartsFailed(input.RunId, e.Message);
        }

        return run with { Control = stored.Control, Expected = stored.Run?.Expected };
    }

    private ReprocessingInput Input(BeginRunInput input, int cap) => new(
        input.RunId,
        _options.FailureStatusList,
        _options.MaxRetries,
        cap,
        new ReprocessingResult(input.StartedAt),
        ContinuationCount: 0,
        Deadline: input.StartedAt + _options.RunTimeout,
        new(_options.ChunkSize),
        _options.QueryTimeout,
        _options.ProcessTimeout,
        new(Version: 1, DesiredState.Run, new(_options.Parallelism)))
    {
        StartsLast = true,
    };

    private static JobRecord Record(BeginRunInput input, ReprocessingInput run) => new()
    {
        JobId = input.RunId,
        Operation = JobOperation.Reprocess,
        State = JobState.Running,
        Reason = input.Trigger == RunTrigger.Timer ? "The schedule was due." : "A run was asked for.",
        RequestedBy = input.RequestedBy ?? EnumNames.Of(input.Trigger),
        CreatedAt = input.StartedAt,
        StartedAt = input.StartedAt,
        Selection = $"up to {run.BatchSize} due orders, {string.Join(", ", run.FailureStatuses)}",
        Options = JsonSerializer.Serialize(new { run.MaxRetries, run.FailureStatuses }, AppJson.Worker),
        Control = run.Control,
        Run = new(EnumNames.Of(input.Trigger), run.BatchSize, run.AccumulatedResult) { Expected = run.Expected },
    };
}

/// <summary>Counts the orders that are due. A count is good to know and never worth a run: a query that fails leaves it unknown.</summary>
internal sealed class DueCount(IDueOrders due, StateMetrics metrics, ILogger<DueCount> logger)
{
    public async Task<int?> TryCountAsync(ReprocessingRule rule, int atMost, CancellationToken cancellationToken)
    {
        try
        {
            var backlog = await due.CountAsync(rule, atMost, cancellationToken);
            metrics.BacklogCounted(backlog);
            return backlog.Count;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.DueNotCounted(e, rule.RunId);
            return null;
        }
    }
}

internal sealed record ReadRunProgressInput(string RunId);

internal sealed class ReadRunProgress(IJobStore jobs)
{
    [Function(nameof(ReadRunProgress))]
    public Task<RunProgress> RunAsync([ActivityTrigger] ReadRunProgressInput input, CancellationToken cancellationToken) =>
        jobs.GetProgressAsync(input.RunId, cancellationToken);
}
