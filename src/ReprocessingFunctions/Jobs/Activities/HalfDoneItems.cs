namespace ReprocessingFunctions.Jobs.Activities;

/// <summary>Finishes what a job has begun with and nobody goes on with: its calls died, or failed too often, or it was stopped.</summary>
internal sealed class HalfDoneItems(JobKinds kinds, IJobStore jobs, ItemLedger ledger)
{
    // As many as a chunk has at most: each result is kept soon after it is known.
    private const int AtOnce = 20;

    /// <summary>Of a job that is about to end: what it leaves half done now, it would leave for good.</summary>
    public async Task FinishAsync(string jobId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await jobs.GetAsync(jobId, cancellationToken) is { } job && kinds.Of(job.Operation) is IHalfDoneItems kind)
        {
            await FinishAsync(job, await kind.ListHalfDoneAsync(jobId, cancellationToken), client, cancellationToken);
        }
    }

    public async Task FinishAsync(JobRecord job, IReadOnlyList<string> items, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (kinds.Of(job.Operation) is not IHalfDoneItems kind)
        {
            return;
        }

        foreach (var some in items.Chunk(AtOnce))
        {
            var request = new ProcessRequest(job.JobId, job.Options, [.. some.Select(id => new ItemRef(id, string.Empty))]);
            var results = await kind.FinishAsync(request, client, cancellationToken);
            await ledger.KeepAsync(new(job.JobId, job.Operation, job.Options), [.. results.Where(result => result.HasEnded)], cancellationToken);
        }
    }
}
