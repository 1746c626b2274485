namespace Reprocessing.Functions.Resets;

/// <summary>Goes on with resets that their jobs have left incomplete: a call failed too often, or the job ended in an outage. Their workflows would stay ended.</summary>
internal sealed class ReconcileResets(
    IResetStore store, IJobStore jobs, IncompleteItems incomplete, IOptions<JobOptions> options, TimeProvider time, ILogger<ReconcileResets> logger)
{
    private const int MaxJobs = 100;

    public async Task RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var jobId in await store.ListOpenJobsAsync(MaxJobs, cancellationToken))
        {
            try
            {
                await CheckAsync(client, jobId, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.ResetsNotFinished(e, jobId);
            }
        }
    }

    private async Task CheckAsync(DurableTaskClient client, string jobId, CancellationToken cancellationToken)
    {
        if (await jobs.GetAsync(jobId, cancellationToken) is not { } job)
        {
            await store.CloseJobAsync(jobId, cancellationToken);
            return;
        }

        // An activity that was called since then may still be at work.
        var before = time.GetUtcNow() - options.Value.ProcessTimeout;
        var items = await store.ListUnfinishedAsync(jobId, before, cancellationToken);
        if (items.Count > 0)
        {
            logger.ResetsGoneOnWith(jobId, items.Count);
            await incomplete.FinishAsync(job, items, client, cancellationToken);
        }

        if (job.State.HasEnded() && job.EndedAt < before && await store.ListUnfinishedAsync(jobId, touchedBefore: null, cancellationToken) is [])
        {
            await store.CloseJobAsync(jobId, cancellationToken);
        }
    }
}
