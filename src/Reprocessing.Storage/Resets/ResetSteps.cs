using Azure;
using Azure.Data.Tables;
using Reprocessing.Storage.Jobs;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Transactions;

namespace Reprocessing.Storage.Resets;

/// <remarks>The pages of a capture are written before the step that names it, so a step never counts events that are not there.</remarks>
internal sealed class ResetSteps(StorageTables tables, TimeProvider time) : IResetSteps
{
    private const int PageEvents = 200;
    private const int PageChars = 200_000;

    public async Task<StoredResetStep?> ReadAsync(string jobId, string instanceId, CancellationToken cancellationToken)
    {
        var row = await tables.Jobs.GetEntityIfExistsAsync<TableEntity>(
            JobRows.PartitionFor(jobId), RowKeys.Reset(instanceId), cancellationToken: cancellationToken);
        return row.HasValue ? new(StorageJson.Read<ResetStep>(TextColumns.Read(row.Value!, OrderRows.Data)), row.Value!.ETag.ToString()) : null;
    }

    public async Task<StoredResetStep> WriteAsync(string jobId, StoredResetStep? stored, ResetStep step, CancellationToken cancellationToken)
    {
        var row = new TableEntity(JobRows.PartitionFor(jobId), RowKeys.Reset(step.InstanceId));
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(step));
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
        var units = Pages(events).Select(page => Unit(partition, next, page.First, page.Events)).ToList();
        if (await UnitSubmitter.SubmitAsync(tables.Jobs, units, cancellationToken) is [var refused, ..])
        {
            throw new RequestFailedException(
                refused.Answer.Status, $"The events of {step.InstanceId} cannot be stored.", refused.Answer.ErrorCode, refused.Answer);
        }

        return await WriteAsync(jobId, stored, next, cancellationToken);
    }

    public async Task<IReadOnlyList<CapturedEvent>> ReadEventsAsync(string jobId, ResetStep step, CancellationToken cancellationToken)
    {
        List<CapturedEvent> events = [];
        while (events.Count < step.Events)
        {
            var row = await tables.Jobs.GetEntityAsync<TableEntity>(
                JobRows.PartitionFor(jobId), RowKeys.ResetPage(step.InstanceId, step.Capture, events.Count), cancellationToken: cancellationToken);
            events.AddRange(StorageJson.Read<List<CapturedEvent>>(TextColumns.Read(row.Value, OrderRows.Events)));
        }

        return events;
    }

    private static Unit<int> Unit(string partition, ResetStep step, int first, IReadOnlyList<CapturedEvent> events)
    {
        var row = new TableEntity(partition, RowKeys.ResetPage(step.InstanceId, step.Capture, first));
        TextColumns.Write(row, OrderRows.Events, StorageJson.Write(events));
        return new(first, [new(TableTransactionActionType.UpsertReplace, row)]);
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
