namespace Reprocessing.Functions.Transfers;

/// <summary>The steps of an import or export. What is stored decides, and each may be taken again.</summary>
internal sealed class TransferSteps<T>(TransferStore<T> store, TransferBlobs blobs, TimeProvider time)
    where T : TransferRecord, ITransferKind
{
    public async Task<T> FindAsync(string id, CancellationToken cancellationToken) =>
        await store.GetAsync(id, cancellationToken) ?? throw NotFound(id);

    public async Task<T> BeginAsync(string id, CancellationToken cancellationToken) =>
        await store.EditAsync(
            id,
            stored => stored.State is TransferState.Receiving or TransferState.Pending
                ? stored with { State = TransferState.Running, StartedAt = time.GetUtcNow() }
                : null,
            cancellationToken) ?? throw NotFound(id);

    public async Task<T> CancelAsync(HttpRequestData request, string id, Func<T, Problem> ended, CancellationToken cancellationToken)
    {
        var body = await request.ReadOptionalBodyAsync(new CancelBody(), cancellationToken);
        var stored = await store.EditAsync(
            id,
            record => record.State.IsFinal() || record.IsCancelRequested
                ? null
                : record with { IsCancelRequested = true, CanceledBy = Caller.Of(request, body.RequestedBy), CancelReason = body.Reason },
            cancellationToken) ?? throw NotFound(id);
        return stored.State.IsFinal() && stored.State != TransferState.Canceled ? throw new ProblemException(ended(stored)) : stored;
    }

    /// <summary>Deletes the content unless it is to be kept. The end is not written when <paramref name="complete"/> gives null.</summary>
    public async Task<T> EndAsync(
        string id, TransferState state, string? error, Func<T, T?> complete, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ended = await store.EditAsync(
            id,
            stored => stored.State.IsFinal() ? null : complete(stored with { State = state, EndedAt = now, Error = error, KeptUntil = now }),
            cancellationToken) ?? throw NotFound(id);
        if (ended.KeptUntil <= now)
        {
            // After the end is written: asked for again, this goes on here.
            await DropContentAsync(ended, cancellationToken);
        }

        return ended;
    }

    /// <summary>An orchestration that was terminated by hand, or that broke, writes no end of its own.</summary>
    public async Task<T> EndIfBrokenAsync(T record, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (record.State.IsFinal() || await client.FindBrokenEndAsync(record.Id, cancellationToken) is not { } broken)
        {
            return record;
        }

        var state = broken.IsTerminated ? TransferState.Canceled : TransferState.Failed;
        return await EndAsync(record.Id, state, broken.Reason, ended => ended, cancellationToken);
    }

    public async Task DropContentAsync(T record, CancellationToken cancellationToken)
    {
        await blobs.DeleteContentAsync(record.Id, cancellationToken);
        await store.CloseAsync(record, cancellationToken);
    }

    private static ProblemException NotFound(string id) => new(Problems.NotFound(T.Kind, id));
}

/// <summary>The id of an import or export is that of its orchestration too.</summary>
internal static class TransferIds
{
    public static string New<T>(DateTimeOffset now)
        where T : ITransferKind => string.Create(
        CultureInfo.InvariantCulture, $"{T.Kind}-{now.UtcDateTime:yyyyMMdd-HHmmss}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5))}");

    public static async Task<string> BindAsync(this IRequestKeys keys, RequestKey? key, string newId, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return newId;
        }

        var bound = await keys.BindAsync(key.Scope, key.Key, key.RequestHash, newId, cancellationToken);
        return bound.RequestHash == key.RequestHash ? bound.ResourceId : throw new ProblemException(Problems.IdempotencyKeyReused(key.Key));
    }
}

internal static class TransferCalls
{
    public const int PagesAGeneration = 20;

    public static readonly TaskOptions Storage = TaskOptions.FromRetryPolicy(ActivityPolicy.Retries(60));

    public static readonly TaskOptions Page = TaskOptions.FromRetryPolicy(ActivityPolicy.Retries(10));
}

internal sealed record FinishTransferInput(string Id, TransferState End, string? Error);
