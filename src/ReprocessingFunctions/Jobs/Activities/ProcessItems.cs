namespace ReprocessingFunctions.Jobs.Activities;

/// <param name="Waits">An item whose workflow was started is running, not done.</param>
/// <param name="Hold">How long others are to be kept off the items once they are started; null where the job does not wait for them.</param>
internal sealed record ProcessItemsInput(JobCall Job, IReadOnlyList<ItemRef> Items, bool Waits, TimeSpan? Hold = null) : TimedInput;

/// <summary>
/// Works on the items of one chunk, unless the job was paused or cancelled meanwhile, and keeps what became of each. Dies it before
/// that is kept, the second call finds what the first has done, and finishes what that has left half done in any case.
/// </summary>
internal sealed class ProcessItems(JobKinds kinds, IJobStore jobs, ItemLedger ledger, TimeProvider time)
{
    [Function(nameof(ProcessItems))]
    public Task<ItemsAnswer> RunAsync(
        [ActivityTrigger] ProcessItemsInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => ProcessAsync(input, client, token), cancellationToken);

    private async Task<ItemsAnswer> ProcessAsync(ProcessItemsInput input, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var (jobId, operation, options) = input.Job;
        var control = (await jobs.GetAsync(jobId, cancellationToken))?.Control;
        var kind = kinds.Of(operation);
        var request = new ProcessRequest(jobId, options, input.Items) { HoldUntil = time.GetUtcNow() + input.Hold };
        var results = control is null or { Demand: DesiredState.Run } ? await kind.ProcessAsync(request, client, cancellationToken)
            : kind is IHalfDoneItems halfDone ? await halfDone.FinishAsync(request, client, cancellationToken)
            : [.. input.Items.Select(item => new ItemResult(item.Id, ItemState.Pending))];
        IReadOnlyList<ItemResult> kept = input.Waits ? [.. results.Select(AwaitOutcome)] : results;
        await ledger.KeepAsync(input.Job, kept, cancellationToken);
        return ItemsAnswer.Of(kept) with { Control = control };
    }

    private static ItemResult AwaitOutcome(ItemResult result) =>
        result is { State: ItemState.Succeeded, WorkflowId: not null } ? result with { State = ItemState.Running } : result;
}
