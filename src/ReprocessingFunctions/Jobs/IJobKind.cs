using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;

namespace ReprocessingFunctions.Jobs;

/// <summary>
/// What one operation brings to the bulk machine: which items, and what is done with each. The machine brings slices, pace, ramp,
/// control, breaker, results and counts. Every method may be asked again after a crash, and must then answer the same.
/// </summary>
internal interface IJobKind
{
    JobOperation Operation { get; }

    /// <summary>How often and how long an item is tried where a job waits for outcomes; read once, when the job begins.</summary>
    ItemAttempts Attempts(string? options);

    /// <summary>The next items, reserved for this job where that keeps other operations off them.</summary>
    Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken);

    /// <summary>A result for each item, in the order given. Succeeded means: done, or the workflow is started.</summary>
    Task<IReadOnlyList<ItemResult>> ProcessAsync(ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken);

    /// <summary>
    /// How items that were started are: running, succeeded, or failed (with the fingerprint). Only asked where a job waits for
    /// outcomes.
    /// </summary>
    Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken);

    /// <summary>Ends this job's hold on items whose last attempt failed, or that it will not come to.</summary>
    Task<IReadOnlyList<ItemResult>> GiveUpAsync(ProcessRequest request, CancellationToken cancellationToken);
}

/// <param name="Options">The operation's own, as JSON.</param>
/// <param name="ReserveUntil">How long the items are to be kept from other operations.</param>
internal sealed record SelectRequest(string JobId, string? Options, int Limit, int ChunkSize, string? Cursor, DateTimeOffset ReserveUntil);

internal sealed record ProcessRequest(string JobId, string? Options, IReadOnlyList<ItemRef> Items)
{
    /// <summary>
    /// Set where the job waits for outcomes: until when others are to be kept off the items, through their failures and restarts. Asked
    /// with a later moment, <see cref="IJobKind.WatchAsync"/> makes it later.
    /// </summary>
    public DateTimeOffset? HoldUntil { get; init; }
}
