using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.DeadLetters;
using Reprocessing.Storage.Jobs;
using Reprocessing.Storage.Leases;
using ReprocessingFunctions.Jobs;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>What the kinds of jobs on dead letters have in common.</summary>
internal sealed class DeadLetterItems(IJobStore jobs, ILeases leases, IDeadLetterActions actions)
{
    /// <summary>The next pending items, in chunks of few shards.</summary>
    /// <param name="reserve">Dead letters are kept for the job.</param>
    public async Task<ItemSlice> SelectAsync(SelectRequest request, bool reserve, CancellationToken cancellationToken)
    {
        var slice = await jobs.SelectAsync(request.JobId, request.Limit, request.ChunkSize, request.Cursor, cancellationToken);
        List<ItemRef> items = [.. slice.Chunks.SelectMany(chunk => chunk.Items)];
        if (reserve)
        {
            await leases.TakeAsync(
                request.JobId, items.ConvertAll(item => item.Id), request.ReserveUntil, order => order.HasResolvableEntry, cancellationToken);
        }

        return slice with { Chunks = leases.ByShard(items, request.ChunkSize) };
    }

    /// <summary>Lets go of what the job holds.</summary>
    public async Task<IReadOnlyList<ItemResult>> GiveUpAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        [.. (await actions.GiveUpAsync(await ActAsync(request.JobId, cancellationToken), request.Items, cancellationToken)).Select(item => item.Result)];

    /// <summary>On whose behalf the job acts, and why.</summary>
    public async Task<AuditedAction> ActAsync(string jobId, CancellationToken cancellationToken) =>
        await jobs.GetAsync(jobId, cancellationToken) is { } job
            ? new(job.RequestedBy, job.Reason) { JobId = jobId }
            : new(jobId) { JobId = jobId };
}
