namespace Reprocessing.Storage.Jobs;

/// <summary>
/// Writes results on the items' rows. Each write is guarded by the row's ETag, or by its absence, so that what another process
/// wrote in between is looked at first; columns that are not of the result stay.
/// </summary>
internal sealed class ItemRecorder(StorageTables tables, TimeProvider time)
{
    // A row is written by its job and by the folding of its outcomes: whoever loses has lost to a change that counts.
    private const int MaxGoes = 10;

    public async Task RecordAsync(string jobId, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken)
    {
        var partition = JobRows.PartitionFor(jobId);
        List<ItemResult> left = [.. results.Where(result => result.State != ItemState.Pending).DistinctBy(result => result.Id)];

        // The items of a run have no rows before this, those of a plan have.
        var areKnown = JobIds.KeyOf(jobId) != jobId;
        for (var go = 1; left.Count > 0; go++)
        {
            var rows = areKnown
                ? await ItemReader.ReadAsync(tables.Jobs, partition, [.. left.Select(result => result.Id)], cancellationToken)
                : [];
            var refused = await UnitSubmitter.SubmitAsync(tables.Jobs, Units(partition, left, rows), cancellationToken);
            if (refused.FirstOrDefault(one => !one.IsConflict || go == MaxGoes) is { } final)
            {
                throw new RequestFailedException(final.Answer.Status, $"Item {final.Unit.Subject.Id} of {jobId} cannot be stored.", final.Answer.ErrorCode, final.Answer);
            }

            left = [.. refused.Select(one => one.Unit.Subject)];
            areKnown = true;
        }
    }

    private List<Unit<ItemResult>> Units(string partition, List<ItemResult> results, Dictionary<string, TableEntity> rows)
    {
        var now = time.GetUtcNow();
        List<Unit<ItemResult>> units = [];
        foreach (var result in results)
        {
            rows.TryGetValue(result.Id, out var row);
            var stored = row is null ? new JobItem(result.Id, string.Empty, ItemState.Pending) : ItemRows.Read(row);
            if (ItemProgress.After(stored, result, now) is { } item)
            {
                var written = ItemRows.Write(partition, item);
                units.Add(new(result, [row is null
                    ? new(TableTransactionActionType.Add, written)
                    : new(TableTransactionActionType.UpdateMerge, written, row.ETag)]));
            }
        }

        return units;
    }
}

/// <summary>
/// What an item becomes by a result. Results may come twice and late, from an activity that was believed dead: an item that has
/// ended stays as it ended, and what is running is not pending again.
/// </summary>
internal static class ItemProgress
{
    /// <returns>Null when the result is no news.</returns>
    public static JobItem? After(JobItem stored, ItemResult result, DateTimeOffset now)
    {
        if (result.State == ItemState.Pending || stored.State is not (ItemState.Pending or ItemState.Running))
        {
            return null;
        }

        var isNewStart = result.WorkflowId is { } workflowId && workflowId != stored.WorkflowId;
        if (result.State == ItemState.Running && stored.State == ItemState.Running && !isNewStart)
        {
            return null;
        }

        var isFailed = result.State == ItemState.Failed;
        return stored with
        {
            State = result.State,
            Reason = result.Reason,
            Message = result.Message,
            WorkflowId = result.WorkflowId ?? stored.WorkflowId,
            Attempts = stored.Attempts + (isNewStart ? 1 : 0),
            Group = stored.Group ?? result.Fingerprint,
            Fingerprint = isFailed ? result.Fingerprint ?? stored.Group : stored.Fingerprint,
            Outcome = stored.Outcome ?? (result.WorkflowId is null ? null : BusinessOutcome.Running),
            UpdatedAt = now,
        };
    }
}
