namespace ReprocessingFunctions.Jobs.Slices;

/// <summary>
/// Lets a child orchestration do the work of a job, and a second one go on where the first one failed: from what that one
/// last said, and from the stored rows of what it was waiting for.
/// </summary>
internal static class SliceAttempts
{
    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(2));

    private static readonly TimeSpan WaitBetweenAttempts = TimeSpan.FromSeconds(5);

    /// <param name="begins">Told of each child before it begins.</param>
    /// <returns>The whole result, or what was done until the last attempt failed, and why it did.</returns>
    public static async Task<(ReprocessingResult Result, string? Error)> RunAsync(
        TaskOrchestrationContext context, SliceInput plan, Action<string, ReprocessingResult> begins)
    {
        var input = plan;
        for (var attempt = 1; ; attempt++)
        {
            var childId = JobInstances.Child(plan.JobId, attempt);
            begins(childId, input.AccumulatedResult);
            try
            {
                return (await context.CallSubOrchestratorAsync<ReprocessingResult>(
                    nameof(SliceOrchestrator), input, new SubOrchestrationOptions(instanceId: childId)), null);
            }
            catch (TaskFailedException e)
            {
                // What the child did before it failed must neither be lost nor counted again.
                input = GoOn(input, await context.CallTimedAsync<SliceProgress>(
                    nameof(ReadSliceProgress), new ReadSliceProgressInput(plan.JobId, childId), Storage), context.CurrentUtcDateTime);
                context.CreateReplaySafeLogger(nameof(SliceAttempts))
                    .RunAttemptFailed(plan.JobId, attempt, JobInstances.Attempts, e.FailureDetails.ErrorMessage);
                if (attempt == JobInstances.Attempts)
                {
                    return (input.AccumulatedResult, e.FailureDetails.ErrorMessage);
                }
            }

            await context.CreateTimer(context.CurrentUtcDateTime + WaitBetweenAttempts, CancellationToken.None);
        }
    }

    private static SliceInput GoOn(SliceInput input, SliceProgress progress, DateTime now)
    {
        var result = progress.Result ?? input.AccumulatedResult;
        var deadline = new DateTimeOffset(now, TimeSpan.Zero) + input.Attempts.Timeout;
        return input with
        {
            AccumulatedResult = result,
            ContinuationCount = result.ContinuationCount,
            Control = progress.Control ?? input.Control,
            Ramp = input.Ramp.IsRamping && progress.Result is not null
                ? input.Ramp with { Step = progress.RampStep - 1 ?? input.Ramp.Steps.Count }
                : input.Ramp,
            Waiting = [.. progress.Running.Select(item => new WaitingItem(item, deadline))],
        };
    }
}
