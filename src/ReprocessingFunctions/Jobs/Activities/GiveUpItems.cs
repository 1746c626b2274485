using Microsoft.Azure.Functions.Worker;
using Reprocessing.Domain.Jobs;
using ReprocessingFunctions.Jobs.Slices;

namespace ReprocessingFunctions.Jobs.Activities;

internal sealed record GiveUpItemsInput(JobCall Job, IReadOnlyList<ItemRef> Items, GiveUpCause Cause);

/// <summary>Ends a job's hold on items and keeps what became of them.</summary>
internal sealed class GiveUpItems(JobKinds kinds, ItemLedger ledger)
{
    [Function(nameof(GiveUpItems))]
    public async Task<ItemsAnswer> RunAsync([ActivityTrigger] GiveUpItemsInput input, CancellationToken cancellationToken)
    {
        var results = await GiveUpAsync(input, cancellationToken);
        await ledger.KeepAsync(input.Job, [.. results.Where(result => result.HasEnded)], cancellationToken);
        return ItemsAnswer.Of(results);
    }

    private async Task<IReadOnlyList<ItemResult>> GiveUpAsync(GiveUpItemsInput input, CancellationToken cancellationToken)
    {
        if (input.Cause == GiveUpCause.TimedOut)
        {
            // The workflow may still be at work: the order is left to it.
            return [.. input.Items.Select(item => new ItemResult(
                item.Id, ItemState.Failed, ItemReasons.TimedOut, "There was no outcome within the time that the job gives an item."))];
        }

        var (jobId, operation, options) = input.Job;
        var results = await kinds.Of(operation).GiveUpAsync(new(jobId, options, input.Items), cancellationToken);
        return input.Cause == GiveUpCause.Untouched ? results : [.. results.Select(AsEnded)];
    }

    private static ItemResult AsEnded(ItemResult result) => result.HasEnded
        ? result
        : result with { State = ItemState.Failed, Reason = result.Reason ?? ItemReasons.RetriesExhausted };
}
