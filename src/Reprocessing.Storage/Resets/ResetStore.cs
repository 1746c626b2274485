namespace Reprocessing.Storage.Resets;

/// <summary>The progress of resets that keep the instance id. Of two writers the later one stops.</summary>
/// <remarks>The old history is gone once the new run exists, so only these rows know what the new run needs.</remarks>
public interface IResetStore
{
    Task<StoredResetStep?> ReadAsync(string jobId, string instanceId, CancellationToken cancellationToken);

    /// <exception cref="PreconditionFailedException">Another call has gone on.</exception>
    Task<StoredResetStep> WriteAsync(string jobId, StoredResetStep? stored, ResetStep step, CancellationToken cancellationToken);

    /// <summary>Stores events with the step, which counts them; they replace those stored before.</summary>
    Task<StoredResetStep> CaptureAsync(
        string jobId, StoredResetStep? stored, ResetStep step, IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken);

    Task<IReadOnlyList<CapturedEvent>> ReadEventsAsync(string jobId, ResetStep step, CancellationToken cancellationToken);

    /// <summary>Before the job begins with a workflow: from now on its unfinished resets are looked for.</summary>
    Task OpenJobAsync(string jobId, CancellationToken cancellationToken);

    Task<IReadOnlyList<string>> ListOpenJobsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>The job has ended and none of its resets is unfinished.</summary>
    Task CloseJobAsync(string jobId, CancellationToken cancellationToken);

    Task<IReadOnlyList<string>> ListUnfinishedAsync(string jobId, DateTimeOffset? touchedBefore, CancellationToken cancellationToken);
}

public sealed record StoredResetStep(ResetStep Step, string ETag);

public sealed record CapturedEvent(string Name, string? Input = null);

/// <param name="Name">The orchestrator's, by which the new run is started.</param>
/// <param name="OldCreatedAt">By the engine. An instance that was created at another moment is another run.</param>
public sealed record ResetStep(string InstanceId, ResetStage Stage, string Name, DateTimeOffset OldCreatedAt)
{
    public string? Input { get; init; }

    /// <summary>The new run's count of continuations; it goes on from the old one's unless the reset is to the beginning.</summary>
    public int Continuations { get; init; }

    public int Events { get; init; }

    public int Capture { get; init; }

    public int Sent { get; init; }

    public DateTimeOffset? NewCreatedAt { get; init; }

    /// <summary>Why it could not be reset after the old run had ended. It was put back as it was.</summary>
    public string? RefusedReason { get; init; }

    public string? RefusedMessage { get; init; }

    /// <summary>Nothing was put back because nothing was done: the run was over, or gone, before it could be ended.</summary>
    public bool IsLeftAlone { get; init; }
}

[JsonConverter(typeof(EnumNameConverter<ResetStage>))]
public enum ResetStage
{
    /// <summary>The old run may have been ended; nothing was started.</summary>
    Begun,

    /// <summary>The old run has ended and what the new one needs is stored; the new one may have been started.</summary>
    Captured,

    /// <summary>The new run exists; events may be missing.</summary>
    Started,
    Done,
}

/// <remarks>The pages of a capture are written before the step that names it, so a step never counts events that are not there.</remarks>
internal sealed class ResetStore(StorageTables tables, TimeProvider time) : IResetStore
{
    private const int PageEvents = 200;
    private const int PageChars = 200_000;
    private const string Id = "Id";
    private const string TouchedAt = "TouchedAt";

    private static readonly string[] Columns = ["PartitionKey", "RowKey", Id, TouchedAt];

    public async Task<StoredResetStep?> ReadAsync(string jobId, string instanceId, CancellationToken cancellationToken) =>
        await tables.Jobs.FindAsync(JobRows.PartitionFor(jobId), RowKeys.Reset(instanceId), cancellationToken) is { } row
            ? new(StorageJson.Read<ResetStep>(row), row.ETag.ToString())
            : null;

    public async Task<StoredResetStep> WriteAsync(string jobId, StoredResetStep? stored, ResetStep step, CancellationToken cancellationToken)
    {
        var row = new TableEntity(JobRows.PartitionFor(jobId), RowKeys.Reset(step.InstanceId)).WithJson(step);
        TableTransactionAction write = stored is null
            ? new(TableTransactionActionType.Add, row)
            : new(TableTransactionActionType.UpdateReplace, row, new ETag(stored.ETag));
        try
        {
            var answer = await tables.Jobs.SubmitTransactionAsync([write, Mark(jobId, step)], cancellationToken);
            return new(step, answer.Value[0].Headers.ETag?.ToString() ?? throw new InvalidOperationException("The storage gave no ETag."));
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            // It may have been this same write, sent twice because its response was lost.
            return await ReadAsync(jobId, step.InstanceId, cancellationToken) is { } now && now.Step == step
                ? now
                : throw new PreconditionFailedException($"The reset of {step.InstanceId} was continued by another call.");
        }
    }

    public async Task<StoredResetStep> CaptureAsync(
        string jobId, StoredResetStep? stored, ResetStep step, IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        var next = step with { Events = events.Count, Capture = (stored?.Step.Capture ?? 0) + 1 };
        var partition = JobRows.PartitionFor(jobId);
        var pages = Pages(events).Select(page => new TableEntity(
            partition, RowKeys.ResetPage(step.InstanceId, next.Capture, page.First)).WithJson(page.Events, OrderRows.Events));
        await UnitSubmitter.UpsertAsync(tables.Jobs, pages, cancellationToken);
        return await WriteAsync(jobId, stored, next, cancellationToken);
    }

    public async Task<IReadOnlyList<CapturedEvent>> ReadEventsAsync(string jobId, ResetStep step, CancellationToken cancellationToken)
    {
        List<CapturedEvent> events = [];
        while (events.Count < step.Events)
        {
            var row = await tables.Jobs.GetEntityAsync<TableEntity>(
                JobRows.PartitionFor(jobId), RowKeys.ResetPage(step.InstanceId, step.Capture, events.Count), cancellationToken: cancellationToken);
            events.AddRange(StorageJson.Read<List<CapturedEvent>>(row.Value, OrderRows.Events));
        }

        return events;
    }

    public Task OpenJobAsync(string jobId, CancellationToken cancellationToken) => tables.Jobs.UpsertEntityAsync(
        new TableEntity(JobRows.List, KeyOf(jobId)) { [Id] = jobId }, TableUpdateMode.Replace, cancellationToken);

    public Task<IReadOnlyList<string>> ListOpenJobsAsync(int limit, CancellationToken cancellationToken) =>
        IdsAsync(tables.Jobs.ReadAsync(new(JobRows.List, JobRows.UnfinishedPrefix), cancellationToken, limit, Columns).Take(limit), cancellationToken);

    public Task CloseJobAsync(string jobId, CancellationToken cancellationToken) =>
        tables.Jobs.DeleteEntityAsync(JobRows.List, KeyOf(jobId), ETag.All, cancellationToken);

    public Task<IReadOnlyList<string>> ListUnfinishedAsync(string jobId, DateTimeOffset? touchedBefore, CancellationToken cancellationToken)
    {
        var rows = tables.Jobs.ReadAsync(new(JobRows.PartitionFor(jobId), RowKeys.UnfinishedResetPrefix), cancellationToken, columns: Columns);
        return IdsAsync(rows.Where(row => touchedBefore is null || row.GetDateTimeOffset(TouchedAt) < touchedBefore), cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(IAsyncEnumerable<TableEntity> rows, CancellationToken cancellationToken) =>
        await rows.Select(row => row.GetString(Id) ?? string.Empty).ToListAsync(cancellationToken);

    private static string KeyOf(string jobId) => $"{JobRows.UnfinishedPrefix}{JobIds.KeyOf(jobId)}";

    /// <summary>Marks an unfinished reset, in the transaction that writes its step.</summary>
    private TableTransactionAction Mark(string jobId, ResetStep step)
    {
        var row = new TableEntity(JobRows.PartitionFor(jobId), RowKeys.UnfinishedReset(step.InstanceId)) { [Id] = step.InstanceId, [TouchedAt] = time.GetUtcNow() };
        return step.Stage == ResetStage.Done
            ? new(TableTransactionActionType.Delete, row, ETag.All)
            : new(TableTransactionActionType.UpsertReplace, row);
    }

    private static IEnumerable<(int First, List<CapturedEvent> Events)> Pages(IReadOnlyList<CapturedEvent> events)
    {
        List<CapturedEvent> page = [];
        var (first, chars) = (0, 0);
        foreach (var one in events)
        {
            var length = one.Name.Length + (one.Input?.Length ?? 0);
            if (page.Count > 0 && (page.Count == PageEvents || chars + length > PageChars))
            {
                yield return (first, page);
                first += page.Count;
                (page, chars) = ([], 0);
            }

            page.Add(one);
            chars += length;
        }

        if (page.Count > 0)
        {
            yield return (first, page);
        }
    }
}
