using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Jobs.Slices;

namespace ReprocessingFunctions.Jobs.Activities;

/// <param name="Waits">An item whose workflow was started is running, not done.</param>
/// <param name="Hold">How long others are to be kept off the items once they are started; null where the job does not wait for them.</param>
internal sealed record ProcessItemsInput(JobCall Job, IReadOnlyList<ItemRef> Items, bool Waits, TimeSpan? Hold = null);

/// <summary>
/// Works on the items of one chunk, unless the job was paused or cancelled meanwhile, and keeps what became of each. Dies it before
/// that is kept, the second call finds what the first has done.
/// </summary>
internal sealed class ProcessItems(JobKinds kinds, IJobStore jobs, ItemLedger ledger, TimeProvider time)
{
    [Function(nameof(ProcessItems))]
    public async Task<ItemsAnswer> RunAsync(
        [ActivityTrigger] ProcessItemsInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var (jobId, operation, options) = input.Job;
        var control = (await jobs.GetAsync(jobId, cancellationToken))?.Control;
        if (control is { Demand: not JobDemand.Run })
        {
            return ItemsAnswer.All(ItemState.Pending, input.Items.Count, control);
        }

        var request = new ProcessRequest(jobId, options, input.Items) { HoldUntil = time.GetUtcNow() + input.Hold };
        var results = await kinds.Of(operation).ProcessAsync(request, client, cancellationToken);
        IReadOnlyList<ItemResult> kept = input.Waits ? [.. results.Select(AwaitOutcome)] : results;
        await ledger.KeepAsync(input.Job, kept, cancellationToken);
        return ItemsAnswer.Of(kept) with { Control = control };
    }

    private static ItemResult AwaitOutcome(ItemResult result) =>
        result is { State: ItemState.Succeeded, WorkflowId: not null } ? result with { State = ItemState.Running } : result;
}
