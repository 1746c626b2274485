using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Runs;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Jobs.Activities;

namespace ReprocessingFunctions.Jobs;

/// <summary>
/// Jobs that began and whose orchestration was terminated or purged from outside, or broke before it could say so: nobody else would
/// ever end them. First what still works for them is stopped, then, with a later look, they are ended by what their items say.
/// </summary>
internal sealed class OrphanedJobs(IJobStore jobs, JobEnding ending, TimeProvider time, ILogger<OrphanedJobs> logger)
{
    private const string Error = "The job's orchestration was ended from outside before it had ended the job.";

    /// <summary>Does nothing to a job whose orchestration works.</summary>
    public async Task CheckAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        if (await WorksAsync(client, job.JobId, cancellationToken))
        {
            return;
        }

        var isStopped = true;
        foreach (var child in JobInstances.Children(job.JobId))
        {
            if (await WorksAsync(client, child, cancellationToken))
            {
                isStopped = false;
                await client.TerminateInstanceAsync(child, Error, cancellationToken);
            }
        }

        if (isStopped)
        {
            logger.JobOrphaned(job.JobId);
            await ending.EndAsync(await EndOfAsync(job.JobId, cancellationToken), cancellationToken);
        }
    }

    private async Task<EndJobInput> EndOfAsync(string jobId, CancellationToken cancellationToken)
    {
        // A call that is still under way somewhere must find that nothing is wanted any more.
        var job = await jobs.EditAsync(
            jobId,
            stored => stored.State.HasEnded() || stored.Control.Demand == JobDemand.Cancel ? null : stored with
            {
                Control = stored.Control with { Demand = JobDemand.Cancel, Version = stored.Control.Version + 1 },
            },
            cancellationToken);
        var (stopped, error) = job?.State == JobState.Cancelling ? (StopReason.Canceled, null) : (StopReason.Failed, Error);
        var result = new ReprocessingResult(job?.StartedAt ?? job?.CreatedAt ?? time.GetUtcNow());
        return new(jobId, result.Complete(time.GetUtcNow(), stopped), error);
    }

    private static async Task<bool> WorksAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false };
}
