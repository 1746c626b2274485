using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Runs;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Jobs.Activities;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Jobs;

/// <summary>
/// Jobs whose orchestration was terminated or purged from outside, or broke before it could say so: nobody else would ever end them.
/// First what still works for them is stopped, then, with a later look, they are ended by what their items say.
/// </summary>
internal sealed class OrphanedJobs(IJobStore jobs, HalfDoneItems halfDone, JobEnding ending, TimeProvider time, ILogger<OrphanedJobs> logger)
{
    private const string FromOutside = "The job's orchestration was ended from outside before it had ended the job.";

    /// <summary>Does nothing to a job whose orchestration works.</summary>
    public async Task CheckAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        // With its output, of which the failure is a part.
        var instance = await client.GetInstanceAsync(job.JobId, getInputsAndOutputs: true, cancellationToken);
        if (instance is { IsCompleted: false })
        {
            return;
        }

        var isStopped = true;
        foreach (var child in JobInstances.Children(job.JobId))
        {
            if (await client.GetInstanceAsync(child, cancellationToken) is { IsCompleted: false })
            {
                isStopped = false;
                await client.TerminateInstanceAsync(child, FromOutside, cancellationToken);
            }
        }

        if (isStopped)
        {
            var end = await EndOfAsync(client, job.JobId, ErrorOf(instance), cancellationToken);
            logger.JobOrphaned(job.JobId);
            await ending.EndAsync(end, cancellationToken);
        }
    }

    private static string ErrorOf(OrchestrationMetadata? instance) => instance?.RuntimeStatus switch
    {
        OrchestrationRuntimeStatus.Failed => $"The job's orchestration failed: {instance.FailureReason() ?? "it did not say why"}",
        _ => FromOutside,
    };

    private async Task<EndJobInput> EndOfAsync(DurableTaskClient client, string jobId, string error, CancellationToken cancellationToken)
    {
        // A call that is still under way somewhere must find that nothing is wanted any more.
        var job = await jobs.EditAsync(jobId, Stopped, cancellationToken);
        await halfDone.FinishAsync(jobId, client, cancellationToken);
        var result = new ReprocessingResult(job?.StartedAt ?? job?.CreatedAt ?? time.GetUtcNow());
        var (stopped, failure) =
            job?.State == JobState.Cancelling ? (StopReason.Canceled, null)
            : await IsThroughAsync(jobId, cancellationToken) ? (StopReason.Drained, null)
            : (StopReason.Failed, error);
        return new(jobId, result.Complete(time.GetUtcNow(), stopped), failure);
    }

    /// <summary>
    /// The state tells from then on whether an operator had cancelled it: the demand no longer does, once it is taken back here, and
    /// this may be looked at again after a crash.
    /// </summary>
    private static JobRecord? Stopped(JobRecord job)
    {
        var isCanceled = job.Control.Demand == DesiredState.Cancel;
        return job.State.HasEnded() || (isCanceled && job.State != JobState.Pending) ? null : job with
        {
            State = job.State != JobState.Pending ? job.State : isCanceled ? JobState.Cancelling : JobState.Running,
            Control = isCanceled ? job.Control : job.Control with { Demand = DesiredState.Cancel, Version = job.Control.Version + 1 },
        };
    }

    /// <summary>Whether all was done and only the end could not be written: then it is that end, whatever became of the orchestration.</summary>
    private async Task<bool> IsThroughAsync(string jobId, CancellationToken cancellationToken)
    {
        var counts = await jobs.CountAsync(jobId, cancellationToken);
        return counts.GetValueOrDefault(ItemState.Pending) == 0 && counts.GetValueOrDefault(ItemState.Running) == 0;
    }
}
