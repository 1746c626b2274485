namespace Reprocessing.Storage.Jobs;

/// <summary>Jobs, their items and what became of them.</summary>
public interface IJobStore
{
    /// <summary>Adds a job without a plan (a run), or gives the one that is there.</summary>
    Task<JobRecord> CreateAsync(JobRecord job, CancellationToken cancellationToken);

    Task<JobRecord?> GetAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>With what an If-Match is compared with.</summary>
    Task<StoredJob?> ReadAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Newest first, runs among them. A page has fewer jobs than it might, or none, where it took many others to find them.
    /// </summary>
    Task<Page<JobRecord>> ListAsync(JobQuery query, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>
    /// Reads, edits, writes under the ETag, and again when somebody was quicker; an edit that answers null changes nothing.
    /// </summary>
    /// <param name="ifMatch">Write only if the stored ETag is this one.</param>
    /// <returns>Null when there is no such job.</returns>
    /// <exception cref="PreconditionFailedException">The ETag asked for is not the stored one.</exception>
    Task<JobRecord?> EditAsync(string jobId, Func<JobRecord, JobRecord?> edit, CancellationToken cancellationToken, string? ifMatch = null);

    /// <summary>The next pending items of a planned job after the cursor, by id.</summary>
    Task<ItemSlice> SelectAsync(string jobId, int limit, int chunkSize, string? cursor, CancellationToken cancellationToken);

    /// <summary>Writes what became of items, in transactions of 100; the same again changes nothing. Pending ones are passed over.</summary>
    Task RecordAsync(string jobId, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken);

    /// <summary>
    /// Counts the stored items by state: the truth, whatever an orchestration thought that it knew. Those that were ineligible from
    /// the beginning are the plan's to count, not the job's.
    /// </summary>
    Task<IReadOnlyDictionary<ItemState, int>> CountAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>The failed items by fingerprint, or by reason where they have none; the most frequent ones, most frequent first.</summary>
    Task<IReadOnlyDictionary<string, int>> CountFailuresAsync(string jobId, int top, CancellationToken cancellationToken);

    /// <summary>Items in order of id.</summary>
    /// <param name="state">Null for all.</param>
    Task<Page<JobItem>> ListItemsAsync(string jobId, ItemState? state, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>An outcome stands until that of the item's next attempt is known.</summary>
    Task<OutcomeCounts> GetOutcomesAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Of the items that were selected with the fingerprint.</summary>
    Task<OutcomeCounts> CountOutcomesAsync(string jobId, string group, CancellationToken cancellationToken);

    /// <summary>Jobs of plans that were stored before then and have not ended. Oldest first.</summary>
    Task<Page<JobRecord>> ListOpenAsync(DateTimeOffset olderThan, int limit, string? token, CancellationToken cancellationToken);
}

/// <param name="ETag">Opaque.</param>
public sealed record StoredJob(JobRecord Job, string ETag);

/// <summary>Which jobs; null does not narrow.</summary>
public sealed record JobQuery(JobState? State = null, JobOperation? Operation = null)
{
    internal bool Matches(JobRecord job) => (State ?? job.State) == job.State && (Operation ?? job.Operation) == job.Operation;

    /// <summary>Put before a token, so that it leads on in the list that it is of and in no other. Empty for all jobs.</summary>
    internal string Mark => this == new JobQuery() ? string.Empty
        : $"{(State is { } state ? EnumNames.Of(state) : null)}/{(Operation is { } operation ? EnumNames.Of(operation) : null)}/";
}

internal sealed class JobStore(StorageTables tables, TimeProvider time) : IJobStore
{
    private readonly JobEditor _editor = new(tables);
    private readonly ItemRecorder _recorder = new(tables, time);
    private readonly ItemRange _items = new(tables);
    private readonly ItemCounts _counts = new(tables);
    private readonly OpenJobs _waiting = new(tables);

    public async Task<JobRecord> CreateAsync(JobRecord job, CancellationToken cancellationToken)
    {
        var row = JobRows.Job(job);
        await tables.Jobs.UpsertEntityAsync(JobRows.Listed(JobRows.JobLane, job.CreatedAt, job.JobId), TableUpdateMode.Replace, cancellationToken);
        try
        {
            await tables.Jobs.AddEntityAsync(row, cancellationToken);
            return job;
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            return await GetAsync(job.JobId, cancellationToken)
                ?? throw new InvalidOperationException($"Another job has the key of {job.JobId}.");
        }
    }

    public async Task<JobRecord?> GetAsync(string jobId, CancellationToken cancellationToken) =>
        (await ReadAsync(jobId, cancellationToken))?.Job;

    public Task<StoredJob?> ReadAsync(string jobId, CancellationToken cancellationToken) => _editor.ReadAsync(jobId, cancellationToken);

    public async Task<Page<JobRecord>> ListAsync(JobQuery query, int limit, string? token, CancellationToken cancellationToken)
    {
        if (token?.StartsWith(query.Mark, StringComparison.Ordinal) == false)
        {
            throw new FormatException("The cursor was not given out for this query.");
        }

        var page = await JobListing.ReadAsync(
            tables.Jobs,
            (JobRows.JobLane, query.Operation is { } operation ? JobRows.ListedWith(operation) : null),
            (limit, token?[query.Mark.Length..]),
            async row => row.GetString("Id") is { } id
                && await GetAsync(id, cancellationToken) is { } job
                && JobRows.ListKey(JobRows.JobLane, job.CreatedAt, job.JobId) == row.RowKey
                && query.Matches(job) ? job : null,
            cancellationToken);
        return page with { Next = page.Next is null ? null : query.Mark + page.Next };
    }

    public Task<JobRecord?> EditAsync(string jobId, Func<JobRecord, JobRecord?> edit, CancellationToken cancellationToken, string? ifMatch = null) =>
        _editor.EditAsync(jobId, edit, ifMatch, cancellationToken);

    public async Task<ItemSlice> SelectAsync(string jobId, int limit, int chunkSize, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSize, 1);
        List<ItemRef> items = [];
        var rows = _items.ReadAsync(jobId, (cursor, limit), ItemRange.Of(ItemState.Pending), [ItemRows.Id, ItemRows.Seen], cancellationToken);
        await foreach (var row in rows)
        {
            items.Add(new(row.GetString(ItemRows.Id)!, row.GetString(ItemRows.Seen) ?? string.Empty));
            cursor = row.RowKey;
            if (items.Count == limit)
            {
                break;
            }
        }

        return new(items.Count, [.. items.Chunk(chunkSize).Select(chunk => new ItemChunk(chunk))], cursor);
    }

    public Task RecordAsync(string jobId, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken) =>
        _recorder.RecordAsync(jobId, results, cancellationToken);

    public Task<IReadOnlyDictionary<ItemState, int>> CountAsync(string jobId, CancellationToken cancellationToken) =>
        _counts.ByStateAsync(jobId, cancellationToken);

    public Task<IReadOnlyDictionary<string, int>> CountFailuresAsync(string jobId, int top, CancellationToken cancellationToken) =>
        _counts.FailuresAsync(jobId, top, cancellationToken);

    public async Task<Page<JobItem>> ListItemsAsync(string jobId, ItemState? state, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        List<JobItem> items = [];
        string? last = null;
        var condition = state is { } wanted ? ItemRange.Of(wanted) : null;
        await foreach (var row in _items.ReadAsync(jobId, (token, limit + 1), condition, null, cancellationToken))
        {
            if (items.Count == limit)
            {
                return new(items, last);
            }

            items.Add(ItemRows.Read(row));
            last = row.RowKey;
        }

        return new(items, null);
    }

    public Task<OutcomeCounts> GetOutcomesAsync(string jobId, CancellationToken cancellationToken) =>
        _counts.OutcomesAsync(jobId, cancellationToken);

    public Task<OutcomeCounts> CountOutcomesAsync(string jobId, string group, CancellationToken cancellationToken) =>
        _counts.OutcomesAsync(jobId, group, cancellationToken);

    public Task<Page<JobRecord>> ListOpenAsync(DateTimeOffset olderThan, int limit, string? token, CancellationToken cancellationToken) =>
        _waiting.ListAsync(olderThan, limit, token, cancellationToken);
}
