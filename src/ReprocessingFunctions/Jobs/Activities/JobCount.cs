namespace ReprocessingFunctions.Jobs.Activities;

/// <param name="Untouched">Items of the plan that the job did not come to.</param>
internal sealed record CountedJob(ItemTally Tally, int Untouched);

/// <summary>Counts what became of a job's items by their rows.</summary>
internal sealed class JobCount(IJobStore jobs)
{
    private const int PageSize = 500;

    public async Task<CountedJob> CountAsync(JobRecord job, EndJobInput end, CancellationToken cancellationToken)
    {
        // What a job that came to its end has lost sight of is not left without an answer.
        var isThrough = end.Error is null && end.Result.StopReason is StopReason.Drained or StopReason.CapReached;
        await SettleAsync(job.JobId, ItemState.Running, cancellationToken);
        if (isThrough && job.PlanId is not null)
        {
            await SettleAsync(job.JobId, ItemState.Pending, cancellationToken);
        }

        var counts = await jobs.CountAsync(job.JobId, cancellationToken);
        var tally = counts.Aggregate(ItemTally.Zero, (sum, count) => sum.Add(Times(count.Key, count.Value)));
        if (job.PlanId is null && end.Result.FoundCount > tally.Found)
        {
            // A run has rows of what it did only: what it found and could not even record has failed.
            var lost = end.Result.FoundCount - tally.Found;
            tally = tally with { Found = tally.Found + lost, Failed = tally.Failed + lost };
        }

        return new(tally, counts.GetValueOrDefault(ItemState.Pending));
    }

    public async Task<IReadOnlyDictionary<string, int>> PatternsAsync(string jobId, int failed, CancellationToken cancellationToken) =>
        ErrorPatterns.WithOther(await jobs.CountFailuresAsync(jobId, ErrorPatterns.Shown, cancellationToken), failed);

    private async Task SettleAsync(string jobId, ItemState state, CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var page = await jobs.ListItemsAsync(jobId, state, PageSize, token, cancellationToken);
            await jobs.RecordAsync(jobId, [.. page.Items.Where(item => item.IsEligible).Select(Lost)], cancellationToken);
            token = page.Next;
        }
        while (token is not null);
    }

    private static ItemResult Lost(JobItem item) => new(
        item.Id, ItemState.Failed, ItemReasons.ProcessingFailed, "The job could not tell what became of it.")
    {
        WorkflowId = item.WorkflowId,
    };

    private static ItemTally Times(ItemState state, int count)
    {
        var one = ItemTally.Zero.Add(state);
        return new(one.Found * count, one.Succeeded * count, one.DeadLettered * count, one.Failed * count, one.Skipped * count);
    }
}
