namespace Reprocessing.Functions.Jobs;

/// <summary>Looks after all open jobs: starts those that nobody started because a process died, ends those whose orchestration is gone, and publishes who changed them last.</summary>
internal sealed class CheckOpenJobs(
    IJobStore jobs, JobStarter starter, JobReconciler reconciler, JobUpdates updates, StateMetrics metrics, TimeProvider time, ILogger<CheckOpenJobs> logger)
{
    private const int PageSize = 100;

    /// <summary>Younger ones are being started.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(15);

    /// <summary>Older edits were published by an earlier check, or will be by the next edit or the job's end.</summary>
    private static readonly TimeSpan NewEdit = TimeSpan.FromMinutes(10);

    public async Task RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var olderThan = time.GetUtcNow() - Age;
        Dictionary<JobOperation, int> open = [];
        await foreach (var job in Pages.ReadAllAsync<JobRecord>(async token => await jobs.ListOpenAsync(olderThan, PageSize, token, cancellationToken)))
        {
            open[job.Operation] = open.GetValueOrDefault(job.Operation) + 1;
            await TryCheckAsync(client, job, cancellationToken);
        }

        metrics.JobsCounted(open);
    }

    /// <summary>A job that cannot be checked now does not keep the next one from it.</summary>
    private async Task TryCheckAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        try
        {
            // An instance that has ended blocks a new one, so its job is ended like any other.
            if (job.State == JobState.Pending && await client.GetInstanceAsync(job.JobId, cancellationToken) is null)
            {
                await starter.StartAsync(client, job, cancellationToken);
            }
            else
            {
                await reconciler.CheckAsync(client, job, cancellationToken);
            }

            if (job.Edit is { } edit && time.GetUtcNow() - edit.At < NewEdit)
            {
                await updates.PublishAsync(job, cancellationToken);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.JobNotChecked(e, job.JobId);
        }
    }
}

/// <summary>Ends jobs, by what their items say, whose orchestration was terminated or purged from outside or broke before it could: nobody else would.</summary>
internal sealed class JobReconciler(
    IJobStore jobs, IncompleteItems incomplete, HeldItems held, JobEnding ending, TimeProvider time, ILogger<JobReconciler> logger)
{
    public async Task CheckAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        // With its output, of which the failure is a part.
        var instance = await client.GetInstanceAsync(job.JobId, getInputsAndOutputs: true, cancellationToken);
        if (instance is { IsCompleted: false })
        {
            return;
        }

        var error = instance?.RuntimeStatus == OrchestrationRuntimeStatus.Failed
            ? $"The job's orchestration failed: {instance.FailureReason() ?? "it did not say why"}"
            : "The job's orchestration was ended from outside before it had ended the job.";

        // A call that is still under way somewhere must find that nothing is wanted any more.
        if (await jobs.EditAsync(job.JobId, Stopped, cancellationToken) is not { } stored)
        {
            return;
        }

        await incomplete.FinishAsync(job.JobId, client, cancellationToken);

        // Where all was done and only the end could not be written, it is that end, whatever became of the orchestration.
        var counts = await jobs.CountAsync(job.JobId, cancellationToken);
        var isThrough = counts.GetValueOrDefault(ItemState.Pending) == 0 && counts.GetValueOrDefault(ItemState.Running) == 0;
        await held.ReleaseAsync(stored, cancellationToken);
        var (stopped, failure) =
            stored.State == JobState.Cancelling ? (StopReason.Canceled, null)
            : isThrough ? (StopReason.Drained, null)
            : (StopReason.Failed, error);
        logger.JobOrphaned(job.JobId);
        var result = new ReprocessingResult(stored.StartedAt ?? stored.CreatedAt).Complete(time.GetUtcNow(), stopped);
        await ending.EndAsync(client, new(job.JobId, result, failure), cancellationToken);
    }

    /// <summary>The state records that an operator had cancelled: the control no longer tells that once it is overwritten here, and a crash may bring this back.</summary>
    private static JobRecord? Stopped(JobRecord job)
    {
        var isCanceled = job.Control.Demand == DesiredState.Cancel;
        return job.State.HasEnded() || (isCanceled && job.State != JobState.Pending) ? null : job with
        {
            State = job.State != JobState.Pending ? job.State : isCanceled ? JobState.Cancelling : JobState.Running,
            Control = isCanceled ? job.Control : job.Control with { Demand = DesiredState.Cancel, Version = job.Control.Version + 1 },
        };
    }
}
