using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>One job with all that is known of it: its row, the outcomes of what it started, and how far its orchestration says that it is.</summary>
internal sealed class JobViews(FreshOutcomes outcomes)
{
    public async Task<JobAnswer> ShowAsync(JobRecord job, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var counts = await outcomes.GetAsync(job.JobId, cancellationToken);
        if (job.State.HasEnded())
        {
            return JobAnswer.Of(job, counts, progress: null);
        }

        var live = await ReadLiveAsync(job.JobId, client, cancellationToken);

        // The row is written a slice at a time, the status every few items; neither is ahead of what was done.
        var tally = live is { Result: { } result } && result.FoundCount > job.Tally.Found
            ? result.Tally
            : job.Tally;
        return JobAnswer.Of(job with { Tally = tally }, counts, JobProgress.Of(job, tally, live));
    }

    /// <summary>Of the newest orchestration that has said anything; null before the first word.</summary>
    private static async Task<JobStatus?> ReadLiveAsync(string jobId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var instanceId in JobInstances.Children(jobId))
        {
            var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
            if (instance.ReadJobStatus() is { } status)
            {
                return status;
            }
        }

        return null;
    }
}
