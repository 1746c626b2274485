namespace ReprocessingFunctions.Jobs.Activities;

/// <param name="Reservation">How long the items are to be kept from other operations.</param>
/// <param name="Tally">What the job has done so far.</param>
internal sealed record SelectItemsInput(
    JobCall Job, int Limit, int ChunkSize, string? Cursor, TimeSpan? Reservation, ItemTally Tally) : TimedInput;

/// <summary>The next items of a job, reserved for it; and a note on the job's row of how far it is.</summary>
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
            jobId, options, input.Limit, input.ChunkSize, input.Cursor, time.GetUtcNow() + (input.Reservation ?? TimeSpan.Zero));
        var slice = await kinds.Of(operation).SelectAsync(request, cancellationToken);
        if (input.Reservation is not null && slice.Count > 0 && await IsStoppedAsync(jobId, cancellationToken))
        {
            // The engine may run a call twice, and the second one may come late: what a job has ended without, nobody would let go of.
            var reserved = slice.Chunks.SelectMany(chunk => chunk.Items).ToList();
            await kinds.Of(operation).GiveUpAsync(new(jobId, options, reserved), cancellationToken);
        }

        return slice;
    }

    private async Task<bool> IsStoppedAsync(string jobId, CancellationToken cancellationToken) =>
        await jobs.GetAsync(jobId, cancellationToken) is { } job && (job.State.HasEnded() || job.Control.Demand == DesiredState.Cancel);
}
