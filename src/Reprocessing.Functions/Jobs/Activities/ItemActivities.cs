namespace Reprocessing.Functions.Jobs.Activities;

internal sealed record JobCall(string JobId, JobOperation Operation, string? Options);

internal sealed record SelectItemsInput(
    JobCall Job, int Limit, int ChunkSize, string? Cursor, TimeSpan Reservation, ItemTally Tally) : TimedInput;

internal sealed class SelectItems(JobKinds kinds, IJobStore jobs, TimeProvider time)
{
    [Function(nameof(SelectItems))]
    public Task<ItemSlice> RunAsync([ActivityTrigger] SelectItemsInput input, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => SelectAsync(input, token), cancellationToken);

    private async Task<ItemSlice> SelectAsync(SelectItemsInput input, CancellationToken cancellationToken)
    {
        var (jobId, operation, options) = input.Job;
        await jobs.EditAsync(jobId, job => job.State.HasEnded() || job.Tally == input.Tally ? null : job with { Tally = input.Tally }, cancellationToken);
        var request = new SelectRequest(
            jobId, options, input.Limit, input.ChunkSize, input.Cursor, time.GetUtcNow() + input.Reservation);
        var slice = await kinds.Of(operation).SelectAsync(request, cancellationToken);
        if (slice.Count > 0
            && await jobs.GetAsync(jobId, cancellationToken) is { } job && (job.State.HasEnded() || job.Control.Demand == DesiredState.Cancel))
        {
            // The engine may run a call twice, and the second one may come late: nobody would release what it reserves after the job's end.
            await kinds.Of(operation).AbandonAsync(new(jobId, options, [.. slice.Chunks.SelectMany(chunk => chunk.Items)]), cancellationToken);
        }

        return slice;
    }
}

/// <param name="Waits">An item whose workflow was started is running, not done.</param>
/// <param name="Hold">How long others are to be kept off the items once they are started; null where the job does not wait for them.</param>
internal sealed record ProcessItemsInput(JobCall Job, IReadOnlyList<ItemRef> Items, bool Waits, TimeSpan? Hold = null) : TimedInput;

/// <summary>If the process dies before the results are recorded, the second call finds what the first has done, and finishes what it left incomplete.</summary>
internal sealed class ProcessItems(JobKinds kinds, IJobStore jobs, ItemRecorder recorder, TimeProvider time)
{
    [Function(nameof(ProcessItems))]
    public Task<ItemsResponse> RunAsync(
        [ActivityTrigger] ProcessItemsInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => ProcessAsync(input, client, token), cancellationToken);

    private async Task<ItemsResponse> ProcessAsync(ProcessItemsInput input, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var (jobId, operation, options) = input.Job;
        var job = await jobs.GetAsync(jobId, cancellationToken);
        var kind = kinds.Of(operation);
        var request = new ProcessRequest(jobId, options, input.Items, time.GetUtcNow() + input.Hold);

        // A call that was abandoned may come late: what a job has ended without, it begins no more.
        var mayBegin = job is null or { Control.Demand: DesiredState.Run } && job?.State.HasEnded() != true;
        var results = mayBegin ? await kind.ProcessAsync(request, client, cancellationToken)
            : kind is IIncompleteItems incomplete ? await incomplete.FinishAsync(request, client, cancellationToken)
            : [.. input.Items.Select(item => new ItemResult(item.Id, ItemState.Pending))];

        // That a workflow was started is all that is known of its item.
        var started = input.Waits ? ItemState.Running : ItemState.Started;
        results = [.. results.Select(result => result is { State: ItemState.Succeeded, WorkflowId: not null } ? result with { State = started } : result)];
        await recorder.RecordAsync(input.Job, results, cancellationToken);
        return ItemsResponse.Of(results) with { Control = job?.Control };
    }
}

internal sealed record WatchItemsInput(JobCall Job, IReadOnlyList<ItemRef> Items, TimeSpan? Hold = null) : TimedInput;

/// <summary>How items that were started are. Successes are recorded; a failure is none before the job says that it was the last attempt.</summary>
internal sealed class WatchItems(JobKinds kinds, ItemRecorder recorder, TimeProvider time)
{
    [Function(nameof(WatchItems))]
    public Task<ItemsResponse> RunAsync([ActivityTrigger] WatchItemsInput input, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => WatchAsync(input, token), cancellationToken);

    private async Task<ItemsResponse> WatchAsync(WatchItemsInput input, CancellationToken cancellationToken)
    {
        var (jobId, operation, options) = input.Job;
        var results = await kinds.Of(operation).WatchAsync(new(jobId, options, input.Items, time.GetUtcNow() + input.Hold), cancellationToken);
        await recorder.RecordAsync(input.Job, [.. results.Where(result => result is { HasEnded: true, State: not ItemState.Failed })], cancellationToken);
        return ItemsResponse.Of(results);
    }
}

internal sealed record AbandonItemsInput(JobCall Job, IReadOnlyList<ItemRef> Items, AbandonReason Reason, bool Waits) : TimedInput;

internal sealed class AbandonItems(HeldItems held, TimeProvider time)
{
    [Function(nameof(AbandonItems))]
    public Task<ItemsResponse> RunAsync([ActivityTrigger] AbandonItemsInput input, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => held.AbandonAsync(input, token), cancellationToken);
}

/// <summary>Releases what a job holds: the items that its orchestration names, or everything where the orchestration is gone.</summary>
internal sealed class HeldItems(JobKinds kinds, IJobStore jobs, ItemRecorder recorder)
{
    private const int AtOnce = 100;

    /// <summary>Items are reserved a slice at a time in order, so those of the last slice are among the first pending ones, beside some whose call failed.</summary>
    public async Task ReleaseAsync(JobRecord job, CancellationToken cancellationToken)
    {
        foreach (var (state, reason) in new[] { (ItemState.Running, AbandonReason.Exhausted), (ItemState.Pending, AbandonReason.NotStarted) })
        {
            var page = await jobs.ListItemsAsync(job.JobId, state, 2 * SliceSizes.Slice, token: null, cancellationToken);
            var items = page.Items.Where(item => item.IsEligible)
                .Select(item => new ItemRef(item.Id, item.ExpectedVersion) { Attempt = Math.Max(1, item.Attempts) });
            foreach (var some in items.Chunk(AtOnce))
            {
                await AbandonAsync(new(new(job.JobId, job.Operation, job.Options), some, reason, job.WaitForOutcome), cancellationToken);
            }
        }
    }

    public async Task<ItemsResponse> AbandonAsync(AbandonItemsInput input, CancellationToken cancellationToken)
    {
        var (jobId, operation, options) = input.Job;
        var abandoned = await kinds.Of(operation).AbandonAsync(new(jobId, options, input.Items), cancellationToken);
        List<ItemResult> results = [.. abandoned.Select(result => input.Reason switch
        {
            AbandonReason.NotStarted => AsFound(result, input.Waits),
            AbandonReason.CallFailed => AsProcessed(AsFound(result, input.Waits)),
            _ => AsEnded(result, input.Reason),
        })];
        await recorder.RecordAsync(input.Job, [.. results.Where(result => result.HasEnded)], cancellationToken);
        return ItemsResponse.Of(results);
    }

    /// <summary>A lost item may have been started after all, by a call that died before it could say so. A job that was to wait for its outcome does not know it.</summary>
    private static ItemResult AsFound(ItemResult result, bool waits) => result is { Reason: ItemReasons.TimedOut, WorkflowId: not null } && !waits
        ? result with { State = ItemState.Started, Reason = null, Message = null }
        : result;

    private static ItemResult AsProcessed(ItemResult result) => result.HasEnded ? result : result with
    {
        State = ItemState.Failed,
        Reason = ItemReasons.ProcessingFailed,
        Message = "The calls for it failed or did not answer in time.",
    };

    /// <summary>A workflow that is out of time may still be at work: the order is left to it, free for others once it fails.</summary>
    private static ItemResult AsEnded(ItemResult result, AbandonReason reason) => result switch
    {
        { Reason: ItemReasons.TimedOut } or { HasEnded: false } when reason == AbandonReason.TimedOut => result with
        {
            State = ItemState.Failed,
            Reason = ItemReasons.TimedOut,
            Message = "There was no outcome within the time that the job gives an item.",
        },
        { HasEnded: true } => result,
        _ => result with { State = ItemState.Failed, Reason = result.Reason ?? ItemReasons.RetriesExhausted },
    };
}

internal sealed class ItemRecorder(IJobStore jobs, ItemLog log)
{
    public async Task RecordAsync(JobCall job, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken)
    {
        if (results.Count > 0)
        {
            await jobs.RecordAsync(job.JobId, results, cancellationToken);
            log.Write(job.JobId, job.Operation, results);
        }
    }
}

internal sealed class ItemLog(ReprocessingMetrics metrics, ILogger<ItemLog> logger)
{
    public void Write(string jobId, JobOperation operation, IReadOnlyList<ItemResult> results)
    {
        foreach (var result in results)
        {
            Write(jobId, result);
            Telemetry.RecordItem(jobId, operation, result);
        }

        foreach (var (state, count) in results.Where(result => result.HasEnded).CountBy(result => result.State))
        {
            Count(operation, state, count);
        }
    }

    private void Write(string jobId, ItemResult result)
    {
        switch (result.State)
        {
            case ItemState.Failed:
                logger.ItemFailed(jobId, result.Id, result.Reason, result.Message);
                break;
            case ItemState.DeadLettered:
                logger.ItemDeadLettered(jobId, result.Id);
                break;
            case ItemState.Skipped:
                logger.ItemSkipped(jobId, result.Id, result.Reason);
                break;
            case ItemState.Succeeded or ItemState.Started or ItemState.Running:
                logger.ItemDone(jobId, result.Id, EnumNames.Of(result.State), result.WorkflowId);
                break;
        }
    }

    /// <summary>The metrics of runs speak of orders.</summary>
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
                ItemState.Started => "restarted",
                ItemState.Failed => "error",
                _ => EnumNames.Of(state),
            },
            count);
    }
}

/// <summary>Finishes what a job has begun with and nobody goes on with: its calls died, or failed too often, or it was stopped.</summary>
internal sealed class IncompleteItems(JobKinds kinds, IJobStore jobs, ItemRecorder recorder)
{
    // As many as a chunk has at most: each result is recorded soon after it is known.
    private const int AtOnce = 20;

    /// <summary>Of a job that is about to end: what it leaves incomplete now, it would leave for good.</summary>
    public async Task FinishAsync(string jobId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await jobs.GetAsync(jobId, cancellationToken) is { } job && kinds.Of(job.Operation) is IIncompleteItems kind)
        {
            await FinishAsync(job, await kind.ListIncompleteAsync(jobId, cancellationToken), client, cancellationToken);
        }
    }

    /// <param name="job">Of a kind that has incomplete items.</param>
    public async Task FinishAsync(JobRecord job, IReadOnlyList<string> items, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var kind = (IIncompleteItems)kinds.Of(job.Operation);
        foreach (var some in items.Chunk(AtOnce))
        {
            var request = new ProcessRequest(job.JobId, job.Options, [.. some.Select(id => new ItemRef(id, string.Empty))]);
            var results = await kind.FinishAsync(request, client, cancellationToken);
            await recorder.RecordAsync(new(job.JobId, job.Operation, job.Options), [.. results.Where(result => result.HasEnded)], cancellationToken);
        }
    }
}
