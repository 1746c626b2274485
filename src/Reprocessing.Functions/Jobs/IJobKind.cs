namespace Reprocessing.Functions.Jobs;

/// <summary>What one operation brings to the bulk machine. Every method may be called again after a crash, and must then answer the same.</summary>
internal interface IJobKind
{
    JobOperation Operation { get; }

    /// <summary>How often and how long an item is tried where a job waits for outcomes; read once, when the job begins.</summary>
    ItemAttempts Attempts(string? options) => ItemAttempts.Once;

    /// <summary>The next items, reserved for this job where that keeps other operations off them.</summary>
    Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken);

    /// <summary>A result for each item, in the order given. Succeeded means: done, or, with a workflow's id, that it is started.</summary>
    Task<IReadOnlyList<ItemResult>> ProcessAsync(ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken);

    /// <summary>How started items are: running, succeeded, or failed (with the fingerprint). Only asked where a job waits for outcomes.</summary>
    Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ItemResult>>([.. request.Items.Select(item => new ItemResult(item.Id, ItemState.Succeeded))]);

    /// <summary>Ends this job's hold on items whose last attempt failed, or that it will not come to.</summary>
    Task<IReadOnlyList<ItemResult>> AbandonAsync(ProcessRequest request, CancellationToken cancellationToken);
}

internal sealed record SelectRequest(string JobId, string? Options, int Limit, int ChunkSize, string? Cursor, DateTimeOffset ReserveUntil);

/// <param name="HoldUntil">Set where the job waits for outcomes: until when others are kept off the items. <see cref="IJobKind.WatchAsync"/> extends it.</param>
internal sealed record ProcessRequest(string JobId, string? Options, IReadOnlyList<ItemRef> Items, DateTimeOffset? HoldUntil = null);

/// <summary>Of an operation of several steps, between which an item is worse off than before or after: what was begun is finished even if the job is no longer wanted.</summary>
internal interface IIncompleteItems
{
    Task<IReadOnlyList<string>> ListIncompleteAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Goes on with those of the items that were begun. The others are not touched and answered as pending.</summary>
    Task<IReadOnlyList<ItemResult>> FinishAsync(ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken);
}

internal sealed record ItemAttempts(int Max, TimeSpan Timeout, RetrySettings Delays)
{
    /// <summary>Of an operation whose items have no outcome to wait for.</summary>
    public static ItemAttempts Once { get; } = new(1, TimeSpan.FromMinutes(5), new());
}

internal sealed class JobKinds(IEnumerable<IJobKind> kinds)
{
    private readonly Dictionary<JobOperation, IJobKind> _kinds = kinds.ToDictionary(kind => kind.Operation);

    public IJobKind Of(JobOperation operation) =>
        _kinds.TryGetValue(operation, out var kind) ? kind : throw new InvalidOperationException($"No kind of job does '{operation}'.");
}
