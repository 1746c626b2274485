namespace Reprocessing.Storage.Jobs;

/// <summary>A job's items. They are streamed in the order of their keys, so that memory does not grow with the job.</summary>
internal sealed partial class JobStore
{
    // An item is written by its job and by the projection of its outcomes: whoever loses has lost to a change that counts.
    private const int MaxRecordAttempts = 10;
    private const int MaxPage = 1_000;
    private const int MaxKey = 512;

    public async Task<ItemSlice> SelectAsync(string jobId, int limit, int chunkSize, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSize, 1);
        var rows = await ReadItemsAsync(jobId, Of(ItemState.Pending), cancellationToken, [nameof(JobItem.Id), nameof(JobItem.ExpectedVersion)], (cursor, limit))
            .Take(limit)
            .ToListAsync(cancellationToken);
        var chunks = rows.Select(row => new ItemRef(row.GetString(nameof(JobItem.Id))!, row.Text(nameof(JobItem.ExpectedVersion)))).Chunk(chunkSize);
        return new(rows.Count, [.. chunks.Select(chunk => new ItemChunk(chunk))], rows is [.., var last] ? last.RowKey : cursor);
    }

    /// <remarks>Each write is guarded by the row's ETag or absence, and leaves columns alone that are not of the result.</remarks>
    public async Task RecordAsync(string jobId, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken)
    {
        var partition = JobRows.PartitionFor(jobId);
        List<ItemResult> left = [.. results.Where(result => result.State != ItemState.Pending).DistinctBy(result => result.Id)];
        for (var attempt = 1; left.Count > 0; attempt++)
        {
            var rows = await tables.Jobs.FindAsync(partition, left.Select(result => RowKeys.Item(result.Id)), cancellationToken);
            var refused = await UnitSubmitter.SubmitAsync(tables.Jobs, Changes(partition, left, rows), cancellationToken);
            if (refused.FirstOrDefault(one => !one.IsConflict || attempt == MaxRecordAttempts) is { } final)
            {
                throw new RequestFailedException(final.Answer.Status, $"Item {final.Unit.Subject.Id} of {jobId} cannot be stored.", final.Answer.ErrorCode, final.Answer);
            }

            left = [.. refused.Select(one => one.Unit.Subject)];
        }
    }

    public Task<IReadOnlyList<JobItem>> RecordChunkAsync(
        string runId, ChunkKey chunk, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken) =>
        _chunks.RecordAsync(runId, chunk, results, cancellationToken);

    public Task<IReadOnlyList<JobItem>?> FindChunkAsync(string runId, ChunkKey chunk, CancellationToken cancellationToken) =>
        _chunks.FindAsync(runId, chunk, cancellationToken);

    public Task<RunProgress> GetProgressAsync(string runId, CancellationToken cancellationToken) => _chunks.GetProgressAsync(runId, cancellationToken);

    public async Task<IReadOnlyDictionary<ItemState, int>> CountAsync(string jobId, CancellationToken cancellationToken) =>
        await ReadItemsAsync(jobId, $"{nameof(JobItem.IsEligible)} eq true", cancellationToken, [nameof(JobItem.State)])
            .Select(row => row.EnumOf<ItemState>(nameof(JobItem.State)))
            .Where(state => state is not null)
            .CountBy(state => state!.Value)
            .ToDictionaryAsync(cancellationToken: cancellationToken);

    public async Task<IReadOnlyDictionary<string, int>> CountFailuresAsync(string jobId, int top, CancellationToken cancellationToken)
    {
        var failed = RunIds.IsRun(jobId)
            ? _chunks.ReadAsync(jobId, cancellationToken).Where(item => item.State == ItemState.Failed)
            : ReadItemsAsync(jobId, Of(ItemState.Failed), cancellationToken).Select(ItemRows.Read);
        var counts = new ErrorPatterns();
        await foreach (var item in failed)
        {
            counts.Add(item.Reason, item.Fingerprint, item.Message);
        }

        return counts.Top(top);
    }

    public Task<Page<JobItem>> ListItemsAsync(string jobId, ItemState? state, int limit, string? token, CancellationToken cancellationToken) =>
        RunIds.IsRun(jobId) ? _chunks.ListAsync(jobId, state, limit, token, cancellationToken)
        : ReadItemsAsync(jobId, state is { } wanted ? Of(wanted) : null, cancellationToken, from: (token, limit + 1))
            .Select(row => (ItemRows.Read(row), row.RowKey))
            .PageAsync(limit);

    /// <remarks>Ended ones stand in the counters' row; what has started and not ended is counted.</remarks>
    public async Task<OutcomeCounts> GetOutcomesAsync(string jobId, CancellationToken cancellationToken)
    {
        if (JobRows.PartitionOf(jobId) is not { } partition)
        {
            return new();
        }

        if (RunIds.IsRun(jobId))
        {
            return await SumAsync(_chunks.ReadAsync(jobId, cancellationToken).Select(item => item.Outcome), cancellationToken);
        }

        // The running ones first: one that ends in between is then counted twice for a moment, and never missing.
        var isRunning = $"{nameof(JobItem.Outcome)} eq '{EnumNames.Of(BusinessOutcome.Running)}'";
        var running = await ReadItemsAsync(jobId, isRunning, cancellationToken, []).CountAsync(cancellationToken);
        return OutcomeRows.ReadCounters(await tables.Jobs.FindAsync(partition, OutcomeRows.CountersRow, cancellationToken)) with { Running = running };
    }

    public Task<OutcomeCounts> CountOutcomesAsync(string jobId, string group, CancellationToken cancellationToken)
    {
        var rows = ReadItemsAsync(jobId, TableClient.CreateQueryFilter($"Group eq {group}"), cancellationToken, [nameof(JobItem.Outcome)]);
        return SumAsync(rows.Select(row => row.EnumOf<BusinessOutcome>(nameof(JobItem.Outcome))), cancellationToken);
    }

    private static async Task<OutcomeCounts> SumAsync(IAsyncEnumerable<BusinessOutcome?> outcomes, CancellationToken cancellationToken) =>
        await outcomes.AggregateAsync(new OutcomeCounts(), (sum, one) => one is { } outcome ? sum.Add(outcome, 1) : sum, cancellationToken: cancellationToken);

    /// <summary>The item after a result. Results may come twice and late: an item that has ended stays as it is, a running one is not pending again.</summary>
    private static JobItem? After(JobItem stored, ItemResult result, DateTimeOffset now)
    {
        var isNewStart = result.WorkflowId is { } workflowId && workflowId != stored.WorkflowId;
        if (stored.State is not (ItemState.Pending or ItemState.Running)
            || (result.State == ItemState.Running && stored.State == ItemState.Running && !isNewStart))
        {
            return null;
        }

        return stored with
        {
            State = result.State,
            Reason = result.Reason,
            Message = result.Message,
            WorkflowId = result.WorkflowId ?? stored.WorkflowId,
            Attempts = stored.Attempts + (isNewStart ? 1 : 0),
            Group = stored.Group ?? result.Fingerprint,
            Fingerprint = result.State == ItemState.Failed ? result.Fingerprint ?? stored.Group : stored.Fingerprint,
            Outcome = stored.Outcome ?? (result.WorkflowId is null ? null : BusinessOutcome.Running),
            UpdatedAt = now,
        };
    }

    private List<TransactionUnit<ItemResult>> Changes(string partition, List<ItemResult> results, Dictionary<string, TableEntity> rows)
    {
        var now = time.GetUtcNow();
        List<TransactionUnit<ItemResult>> units = [];
        foreach (var result in results)
        {
            if (rows.TryGetValue(RowKeys.Item(result.Id), out var row) && After(ItemRows.Read(row), result, now) is { } item)
            {
                units.Add(new(result, [new(TableTransactionActionType.UpdateMerge, ItemRows.Write(partition, item), row.ETag)]));
            }
        }

        return units;
    }

    private static string Of(ItemState state) => $"{nameof(JobItem.State)} eq '{EnumNames.Of(state)}'";

    /// <param name="from">The key of the last row that was seen, and how many rows the caller is likely to take.</param>
    private IAsyncEnumerable<TableEntity> ReadItemsAsync(
        string jobId, string? condition, CancellationToken cancellationToken, IReadOnlyList<string>? columns = null, (string? After, int Limit)? from = null)
    {
        TableReads.Checked(from?.After, from?.After is not { } key || (key.Length <= MaxKey && key.StartsWith(ItemRows.Prefix, StringComparison.Ordinal)));
        return JobRows.PartitionOf(jobId) is { } partition
            ? tables.Jobs.ReadAsync(
                new(partition, ItemRows.Prefix, from?.After?[ItemRows.Prefix.Length..], Condition: condition),
                cancellationToken,
                from?.Limit ?? MaxPage,
                columns is null ? null : ["PartitionKey", "RowKey", .. columns])
            : AsyncEnumerable.Empty<TableEntity>();
    }
}
