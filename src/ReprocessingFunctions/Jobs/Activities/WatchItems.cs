namespace ReprocessingFunctions.Jobs.Activities;

/// <param name="Hold">See <see cref="ProcessItemsInput"/>.</param>
internal sealed record WatchItemsInput(JobCall Job, IReadOnlyList<ItemRef> Items, TimeSpan? Hold = null) : TimedInput;

/// <summary>How items that were started are. Successes are kept; a failure is none before the job says that it was the last attempt.</summary>
internal sealed class WatchItems(JobKinds kinds, ItemLedger ledger, TimeProvider time)
{
    [Function(nameof(WatchItems))]
    public Task<ItemsAnswer> RunAsync([ActivityTrigger] WatchItemsInput input, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => WatchAsync(input, token), cancellationToken);

    private async Task<ItemsAnswer> WatchAsync(WatchItemsInput input, CancellationToken cancellationToken)
    {
        var (jobId, operation, options) = input.Job;
        var results = await kinds.Of(operation).WatchAsync(
            new(jobId, options, input.Items) { HoldUntil = time.GetUtcNow() + input.Hold }, cancellationToken);
        await ledger.KeepAsync(input.Job, [.. results.Where(result => result is { HasEnded: true, State: not ItemState.Failed })], cancellationToken);
        return ItemsAnswer.Of(results);
    }
}
