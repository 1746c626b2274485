namespace Reprocessing.Storage.Resets;

/// <summary>The progress of resets that keep the instance id: the old history is gone once the new run exists. Of two writers the later stops.</summary>
public interface IResetSteps
{
    /// <returns>Null when the job has not begun with this workflow.</returns>
    Task<StoredResetStep?> ReadAsync(string jobId, string instanceId, CancellationToken cancellationToken);

    /// <param name="stored">Null when it is the first step.</param>
    /// <exception cref="PreconditionFailedException">Somebody else has gone on.</exception>
    Task<StoredResetStep> WriteAsync(string jobId, StoredResetStep? stored, ResetStep step, CancellationToken cancellationToken);

    /// <summary>Keeps events together with the step, which counts them; they take the place of those kept before.</summary>
    /// <exception cref="PreconditionFailedException">Somebody else has gone on.</exception>
    Task<StoredResetStep> CaptureAsync(
        string jobId, StoredResetStep? stored, ResetStep step, IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken);

    /// <summary>The events that the step counts, in the order in which they had come.</summary>
    Task<IReadOnlyList<CapturedEvent>> ReadEventsAsync(string jobId, ResetStep step, CancellationToken cancellationToken);
}

/// <param name="ETag">Opaque.</param>
public sealed record StoredResetStep(ResetStep Step, string ETag);

/// <summary>An event that a workflow had received.</summary>
/// <param name="Input">As JSON; null for none.</param>
public sealed record CapturedEvent(string Name, string? Input = null);

/// <summary>How far the reset of one workflow is.</summary>
/// <param name="Name">The orchestrator's, by which the new run is started.</param>
/// <param name="OldCreatedAt">By the engine. An instance that was created at another moment is another run.</param>
public sealed record ResetStep(string InstanceId, ResetStage Stage, string Name, DateTimeOffset OldCreatedAt)
{
    /// <summary>Of the new run, as JSON.</summary>
    public string? Input { get; init; }

    /// <summary>How often the new run's work has continued as new; with the last continuation's input it goes on counting.</summary>
    public int Continuations { get; init; }

    /// <summary>Kept events.</summary>
    public int Events { get; init; }

    /// <summary>Which capture they are of.</summary>
    public int Capture { get; init; }

    /// <summary>So many of the events were given to the new run.</summary>
    public int Sent { get; init; }

    public DateTimeOffset? NewCreatedAt { get; init; }

    /// <summary>Why it could not be reset after the old run had ended; it was put back as it was.</summary>
    public string? RefusedReason { get; init; }

    public string? RefusedMessage { get; init; }

    /// <summary>Nothing was put back because nothing was done: the run was over, or gone, before it could be ended.</summary>
    public bool IsLeftAlone { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<ResetStage>))]
public enum ResetStage
{
    /// <summary>It is to be reset: the old run may have been ended, nothing was started.</summary>
    [JsonStringEnumMemberName("begun")]
    Begun,

    /// <summary>The old run has ended and what the new one needs is kept; the new one may have been started.</summary>
    [JsonStringEnumMemberName("captured")]
    Captured,

    /// <summary>The new run exists; events may be missing.</summary>
    [JsonStringEnumMemberName("started")]
    Started,

    [JsonStringEnumMemberName("done")]
    Done,
}

/// <remarks>The pages of a capture are written before the step that names it, so a step never counts events that are not there.</remarks>
internal sealed class ResetSteps(StorageTables tables, TimeProvider time) : IResetSteps
{
    private const int PageEvents = 200;
    private const int PageChars = 200_000;

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
            var answer = await tables.Jobs.SubmitTransactionAsync([write, UnfinishedResets.Mark(jobId, step, time.GetUtcNow())], cancellationToken);
            return new(step, answer.Value[0].Headers.ETag?.ToString() ?? throw new InvalidOperationException("The storage gave no ETag."));
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            // It may have been this very write, sent twice because its answer got lost.
            return await ReadAsync(jobId, step.InstanceId, cancellationToken) is { } now && now.Step == step
                ? now
                : throw new PreconditionFailedException($"The reset of {step.InstanceId} was gone on with by another.");
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
