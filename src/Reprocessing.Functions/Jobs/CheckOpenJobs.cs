namespace Reprocessing.Functions.Jobs;

/// <summary>
/// Looks after the jobs that have not ended: starts those whose orchestration nobody started, because the process died in between or
/// the engine did not answer, ends those whose orchestration is gone, and tells who changed them last. All of them, a page at a time: many that wait or are paused
/// keep no newer one from it.
/// </summary>
internal sealed class CheckOpenJobs(
    IJobStore jobs, JobStarter starter, JobReconciler reconciler, JobUpdates updates, StateMetrics metrics, TimeProvider time, ILogger<CheckOpenJobs> logger)
{
    private const int PageSize = 100;

    /// <summary>Younger ones are being started.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(15);

    /// <summary>Older edits were told by an earlier check, or will be by the next edit or the job's end.</summary>
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

    /// <summary>One that cannot be looked after now keeps nobody from the next one.</summary>
    private async Task TryCheckAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        try
        {
            await CheckAsync(client, job, cancellationToken);
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

    /// <summary>
    /// Only one that the engine has never heard of is started: an instance that ended before it could say on the job's row that it
    /// had begun is in the way of another, and leaves the job to be ended like any other.
    /// </summary>
    private async Task CheckAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        if (job.State == JobState.Pending && await client.GetInstanceAsync(job.JobId, cancellationToken) is null)
        {
            await starter.StartAsync(client, job, cancellationToken);
        }
        else
        {
            await reconciler.CheckAsync(client, job, cancellationToken);
        }
    }
}

/// <summary>
/// Jobs whose orchestration was terminated or purged from outside, or broke before it could say so: nobody else would ever end them. They are
/// ended by what their items say.
/// </summary>
internal sealed class JobReconciler(
    IJobStore jobs, IncompleteItems incomplete, HeldItems held, JobEnding ending, TimeProvider time, ILogger<JobReconciler> logger)
{
    private const string EndedExternally = "The job's orchestration was ended from outside before it had ended the job.";

    /// <summary>Does nothing to a job whose orchestration works.</summary>
    public async Task CheckAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        // With its output, of which the failure is a part.
        var instance = await client.GetInstanceAsync(job.JobId, getInputsAndOutputs: true, cancellationToken);
        if (instance is { IsCompleted: false })
        {
            return;
        }

        var end = await EndOfAsync(client, job.JobId, ErrorOf(instance), cancellationToken);
        logger.JobOrphaned(job.JobId);
        await ending.EndAsync(client, end, cancellationToken);
    }

    private static string ErrorOf(OrchestrationMetadata? instance) => instance?.RuntimeStatus switch
    {
        OrchestrationRuntimeStatus.Failed => $"The job's orchestration failed: {instance.FailureReason() ?? "it did not say why"}",
        _ => EndedExternally,
    };

    private async Task<EndJobInput> EndOfAsync(DurableTaskClient client, string jobId, string error, CancellationToken cancellationToken)
    {
        // A call that is still under way somewhere must find that nothing is wanted any more.
        var job = await jobs.EditAsync(jobId, Stopped, cancellationToken);
        await incomplete.FinishAsync(jobId, client, cancellationToken);
        var isThrough = await IsThroughAsync(jobId, cancellationToken);
        if (job is not null)
        {
            await held.ReleaseAsync(job, cancellationToken);
        }

        var result = new ReprocessingResult(job?.StartedAt ?? job?.CreatedAt ?? time.GetUtcNow());
        var (stopped, failure) =
            job?.State == JobState.Cancelling ? (StopReason.Canceled, null)
            : isThrough ? (StopReason.Drained, null)
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
