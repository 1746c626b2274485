namespace ReprocessingFunctions.Runs;

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
