namespace Reprocessing.Functions.Jobs;

/// <summary>
/// What one operation brings to the bulk machine: which items, and what is done with each. The machine brings slices, pace, ramp,
/// control, breaker, results and counts. Every method may be asked again after a crash, and must then answer the same.
/// </summary>
internal interface IJobKind
{
    JobOperation Operation { get; }

    /// <summary>How often and how long an item is tried where a job waits for outcomes; read once, when the job begins.</summary>
    ItemAttempts Attempts(string? options) => ItemAttempts.Once;

    /// <summary>The next items, reserved for this job where that keeps other operations off them.</summary>
    Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken);

    /// <summary>A result for each item, in the order given. Succeeded means: done, or, with a workflow's id, that it is started.</summary>
    Task<IReadOnlyList<ItemResult>> ProcessAsync(ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken);

    /// <summary>
    /// How items that were started are: running, succeeded, or failed (with the fingerprint). Only asked where a job waits for outcomes; by
    /// default an item has none to wait for.
    /// </summary>
    Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ItemResult>>([.. request.Items.Select(item => new ItemResult(item.Id, ItemState.Succeeded))]);

    /// <summary>Ends this job's hold on items whose last attempt failed, or that it will not come to.</summary>
    Task<IReadOnlyList<ItemResult>> AbandonAsync(ProcessRequest request, CancellationToken cancellationToken);
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

/// <summary>
/// Brought by an operation of several acts on an item, whose item is worse off between the first and the last of them than before
/// or after: what was begun is finished, whether or not the job is still wanted.
/// </summary>
internal interface IIncompleteItems
{
    /// <summary>Ids of the items that were begun and are not done.</summary>
    Task<IReadOnlyList<string>> ListIncompleteAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Goes on with those of the items that were begun. The others are not touched and answered as pending.</summary>
    Task<IReadOnlyList<ItemResult>> FinishAsync(ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken);
}

/// <summary>How often and how long an item is tried where a job waits for outcomes.</summary>
/// <param name="Max">Starts of an item in this job, the first among them.</param>
/// <param name="Timeout">From an item's start to its outcome; one that takes longer has failed as timed out.</param>
/// <param name="Delays">The pause before each further start.</param>
internal sealed record ItemAttempts(int Max, TimeSpan Timeout, RetrySettings Delays)
{
    /// <summary>Of an operation whose items have no outcome to wait for.</summary>
    public static ItemAttempts Once { get; } = new(1, TimeSpan.FromMinutes(5), new());
}

/// <summary>The operations that the machine knows.</summary>
internal sealed class JobKinds(IEnumerable<IJobKind> kinds)
{
    private readonly Dictionary<JobOperation, IJobKind> _kinds = kinds.ToDictionary(kind => kind.Operation);

    public IJobKind Of(JobOperation operation) =>
        _kinds.TryGetValue(operation, out var kind) ? kind : throw new InvalidOperationException($"No kind of job does '{operation}'.");
}
