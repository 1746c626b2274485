namespace ReprocessingFunctions.Jobs.Activities;

internal sealed record GiveUpItemsInput(JobCall Job, IReadOnlyList<ItemRef> Items, GiveUpCause Cause) : TimedInput;

/// <summary>Ends a job's hold on items and keeps what became of them.</summary>
internal sealed class GiveUpItems(JobKinds kinds, ItemLedger ledger, TimeProvider time)
{
    [Function(nameof(GiveUpItems))]
    public Task<ItemsAnswer> RunAsync([ActivityTrigger] GiveUpItemsInput input, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => GiveUpAsync(input, token), cancellationToken);

    private async Task<ItemsAnswer> GiveUpAsync(GiveUpItemsInput input, CancellationToken cancellationToken)
    {
        var results = await LetGoAsync(input, cancellationToken);
        await ledger.KeepAsync(input.Job, [.. results.Where(result => result.HasEnded)], cancellationToken);
        return ItemsAnswer.Of(results);
    }

    private async Task<IReadOnlyList<ItemResult>> LetGoAsync(GiveUpItemsInput input, CancellationToken cancellationToken)
    {
        var (jobId, operation, options) = input.Job;
        var results = await kinds.Of(operation).GiveUpAsync(new(jobId, options, input.Items), cancellationToken);
        return [.. results.Select(result => input.Cause == GiveUpCause.Untouched ? AsFound(result) : AsEnded(result, input.Cause))];
    }

    /// <summary>
    /// An item that the job never heard of again may have been started after all, by a call that died before it could say so.
    /// </summary>
    private static ItemResult AsFound(ItemResult result) => result is { Reason: ItemReasons.TimedOut, WorkflowId: not null }
        ? result with { State = ItemState.Succeeded, Reason = null, Message = null }
        : result;

    /// <summary>A workflow that is out of time may still be at work: the order is left to it, free for others once it fails.</summary>
    private static ItemResult AsEnded(ItemResult result, GiveUpCause cause) => result switch
    {
        { Reason: ItemReasons.TimedOut } or { HasEnded: false } when cause == GiveUpCause.TimedOut => result with
        {
            State = ItemState.Failed,
            Reason = ItemReasons.TimedOut,
            Message = "There was no outcome within the time that the job gives an item.",
        },
        { HasEnded: true } => result,
        _ => result with { State = ItemState.Failed, Reason = result.Reason ?? ItemReasons.RetriesExhausted },
    };
}
