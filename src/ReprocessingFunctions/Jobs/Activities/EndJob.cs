using Microsoft.Azure.Functions.Worker;
using Reprocessing.Domain.Runs;

namespace ReprocessingFunctions.Jobs.Activities;

/// <param name="Result">As the orchestration counted.</param>
/// <param name="Error">What broke it.</param>
internal sealed record EndJobInput(string JobId, ReprocessingResult Result, string? Error);

/// <summary>The last thing that a job's orchestration does. Answers the result with the counts of the stored items.</summary>
internal sealed class EndJob(JobEnding ending)
{
    [Function(nameof(EndJob))]
    public Task<ReprocessingResult> RunAsync([ActivityTrigger] EndJobInput input, CancellationToken cancellationToken) =>
        ending.EndAsync(input, cancellationToken);
}
