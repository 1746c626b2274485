namespace ReprocessingFunctions.Jobs.Activities;

/// <param name="Result">As the orchestration counted.</param>
/// <param name="Error">What broke it.</param>
internal sealed record EndJobInput(string JobId, ReprocessingResult Result, string? Error);

/// <summary>The last thing that a job's orchestration does. Answers the result with the counts of the stored items.</summary>
internal sealed class EndJob(HalfDoneItems halfDone, JobEnding ending)
{
    [Function(nameof(EndJob))]
    public async Task<ReprocessingResult> RunAsync(
        [ActivityTrigger] EndJobInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await halfDone.FinishAsync(input.JobId, client, cancellationToken);
        return await ending.EndAsync(input, cancellationToken);
    }
}
