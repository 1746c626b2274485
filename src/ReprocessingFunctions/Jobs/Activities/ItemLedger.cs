namespace ReprocessingFunctions.Jobs.Activities;

/// <summary>Keeps what became of items on their rows, and tells it to the log and the metrics, an item a line.</summary>
internal sealed class ItemLedger(IJobStore jobs, ReprocessingMetrics metrics, ILogger<ItemLedger> logger)
{
    public async Task KeepAsync(JobCall job, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken)
    {
        if (results.Count == 0)
        {
            return;
        }

        await jobs.RecordAsync(job.JobId, results, cancellationToken);
        foreach (var result in results)
        {
            Tell(job, result);
        }

        foreach (var group in results.Where(result => result.HasEnded).GroupBy(result => result.State))
        {
            Count(job.Operation, group.Key, group.Count());
        }
    }

    private void Tell(JobCall job, ItemResult result)
    {
        switch (result.State)
        {
            case ItemState.Failed:
                logger.ItemFailed(job.JobId, result.Id, result.Reason, result.Message);
                break;
            case ItemState.DeadLettered:
                logger.ItemDeadLettered(job.JobId, result.Id);
                break;
            case ItemState.Skipped:
                logger.ItemSkipped(job.JobId, result.Id, result.Reason);
                break;
            case ItemState.Succeeded or ItemState.Running:
                logger.ItemDone(job.JobId, result.Id, EnumNames.Of(result.State), result.WorkflowId);
                break;
        }
    }

    /// <summary>Runs have been counted under these names since before there were jobs.</summary>
    private void Count(JobOperation operation, ItemState state, int count)
    {
        if (operation != JobOperation.Reprocess)
        {
            metrics.JobItemsEnded(EnumNames.Of(operation), EnumNames.Of(state), count);
            return;
        }

        metrics.OrdersProcessed(
            state switch
            {
                ItemState.Succeeded => "restarted",
                ItemState.Failed => "error",
                _ => EnumNames.Of(state),
            },
            count);
    }
}
