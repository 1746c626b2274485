namespace ReprocessingFunctions.Resets;

/// <summary>When jobs are looked after, so are the resets that they have left half done.</summary>
internal sealed class ReconcileResets(ResetReconciler reconciler)
{
    [Function(nameof(ReconcileResets))]
    public Task RunAsync(
        [TimerTrigger($"%{JobRequestOptions.ScheduleSetting}%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => reconciler.RunAsync(client, cancellationToken);
}

/// <summary>
/// Goes on with resets that their jobs have left half done: a call failed too often for its job, or the job ended while the engine or
/// the storage did not answer. Nobody else would, and the workflows would stay ended.
/// </summary>
internal sealed class ResetReconciler(
    IUnfinishedResets unfinished, IJobStore jobs, HalfDoneItems halfDone, IOptions<JobOptions> options, TimeProvider time, ILogger<ResetReconciler> logger)
{
    private const int JobsAtMost = 100;

    public async Task RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var jobId in await unfinished.ListJobsAsync(JobsAtMost, cancellationToken))
        {
            try
            {
                await CheckAsync(client, jobId, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // The other jobs must not wait for it.
                logger.ResetsNotFinished(e, jobId);
            }
        }
    }

    private async Task CheckAsync(DurableTaskClient client, string jobId, CancellationToken cancellationToken)
    {
        // A call that is younger than calls become may still be at it.
        var left = time.GetUtcNow() - options.Value.ProcessTimeout;
        if (await jobs.GetAsync(jobId, cancellationToken) is not { } job)
        {
            await unfinished.CloseAsync(jobId, cancellationToken);
            return;
        }

        var items = await unfinished.ListAsync(jobId, left, cancellationToken);
        if (items.Count > 0)
        {
            logger.ResetsGoneOnWith(jobId, items.Count);
            await halfDone.FinishAsync(job, items, client, cancellationToken);
        }

        if (job.State.HasEnded() && job.EndedAt < left && await unfinished.ListAsync(jobId, touchedBefore: null, cancellationToken) is [])
        {
            await unfinished.CloseAsync(jobId, cancellationToken);
        }
    }
}
