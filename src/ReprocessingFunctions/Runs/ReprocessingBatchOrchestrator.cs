using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Reprocessing.Domain.Runs;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Runs;

/// <summary>
/// One run: plans it, finishes what an interrupted run left behind, lets a child orchestration work it off and records its
/// result. It is the only instance that is started from outside, always with the id <see cref="RunStarter.InstanceId"/>.
/// </summary>
internal static class ReprocessingBatchOrchestrator
{
    /// <summary>Of the child, in all.</summary>
    public const int Attempts = 2;

    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(2));

    private static readonly TimeSpan WaitBetweenAttempts = TimeSpan.FromSeconds(5);

    [Function(nameof(ReprocessingBatchOrchestrator))]
    public static async Task<ReprocessingResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ReprocessingBatchInput>() ?? new();
        var (runId, startedAt) = RunIds.At(context.CurrentUtcDateTime);
        context.CreateReplaySafeLogger(nameof(ReprocessingBatchOrchestrator)).RunBegins(runId, input.Trigger, context.Version);
        context.SetCustomStatus(RunStatus.Planning(runId, startedAt));
        var plan = await context.CallTimedAsync<ReprocessingOrchestrationInput>(
            nameof(PlanRun), new PlanRunInput(runId, startedAt, input.MaxOrders, input.Trigger), Storage);
        await FinishInterruptedStartsAsync(context, plan);

        var (result, error) = await RunChildAsync(context, plan);
        if (error is not null)
        {
            result = result.Complete(new(context.CurrentUtcDateTime, TimeSpan.Zero), result.StopReason ?? StopReason.Failed);
        }

        await context.CallTimedAsync<bool>(
            nameof(RecordRunResult), new RecordRunResultInput(plan.Rule, input.Trigger, plan.BatchSize, result, error), Storage);
        SetStatus(context, plan, error is null ? RunPhase.Completed : RunPhase.Failed, result, error: error);
        return error is null ? result : throw new RunFailedException($"Run {runId}: {error}");
    }

    private static async Task<(ReprocessingResult Result, string? Error)> RunChildAsync(
        TaskOrchestrationContext context, ReprocessingOrchestrationInput plan)
    {
        var result = plan.AccumulatedResult;
        for (var attempt = 1; ; attempt++)
        {
            var childId = RunIds.Child(plan.RunId, attempt);
            SetStatus(context, plan, RunPhase.Running, result, childId);
            try
            {
                return (await context.CallSubOrchestratorAsync<ReprocessingResult>(
                    nameof(ReprocessingOrchestrator),
                    plan with { AccumulatedResult = result, ContinuationCount = result.ContinuationCount },
                    new SubOrchestrationOptions(instanceId: childId)), null);
            }
            catch (TaskFailedException e)
            {
                // What the child did before it failed is in its custom status, and must neither be lost nor counted again.
                result = await ReadProgressAsync(context, childId) ?? result;
                context.CreateReplaySafeLogger(nameof(ReprocessingBatchOrchestrator))
                    .RunAttemptFailed(plan.RunId, attempt, Attempts, e.FailureDetails.ErrorMessage);
                if (attempt == Attempts)
                {
                    return (result, e.FailureDetails.ErrorMessage);
                }
            }

            await context.CreateTimer(context.CurrentUtcDateTime + WaitBetweenAttempts, CancellationToken.None);
        }
    }

    private static async Task<ReprocessingResult?> ReadProgressAsync(TaskOrchestrationContext context, string childId) =>
        (await context.CallTimedAsync<RunProgress>(nameof(ReadRunProgress), new ReadRunProgressInput(childId), Storage)).Result;

    /// <summary>A start that cannot be finished now is tried again by the next run; it must not keep this one from its own work.</summary>
    private static async Task FinishInterruptedStartsAsync(TaskOrchestrationContext context, ReprocessingOrchestrationInput plan)
    {
        try
        {
            await context.CallTimedAsync<int>(nameof(FinishInterruptedStarts), new FinishInterruptedStartsInput(plan.RunId), Storage);
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            context.CreateReplaySafeLogger(nameof(ReprocessingBatchOrchestrator)).InterruptedStartsFailed(plan.RunId, e.Message);
        }
    }

    private static void SetStatus(
        TaskOrchestrationContext context,
        ReprocessingOrchestrationInput plan,
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
