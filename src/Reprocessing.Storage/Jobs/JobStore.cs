namespace Reprocessing.Storage.Jobs;

public interface IJobStore
{
    /// <summary>Adds a run, or gives the one that is there.</summary>
    Task<JobRecord> CreateRunAsync(JobRecord run, CancellationToken cancellationToken);

    Task<JobRecord?> GetAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Newest first, runs among them. A page may have fewer jobs than the limit although more follow.</summary>
    Task<Page<JobRecord>> ListAsync(JobQuery query, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>Reads, edits and writes under the ETag, again on a conflict; an edit that returns null changes nothing.</summary>
    Task<JobRecord?> EditAsync(string jobId, Func<JobRecord, JobRecord?> edit, CancellationToken cancellationToken);

    /// <summary>The next pending items of a planned job after the cursor, by id.</summary>
    Task<ItemSlice> SelectAsync(string jobId, int limit, int chunkSize, string? cursor, CancellationToken cancellationToken);

    /// <summary>Stores what became of the orders of one chunk of a run, once: asked again it changes nothing.</summary>
    Task<IReadOnlyList<JobItem>> RecordChunkAsync(string runId, ChunkKey chunk, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken);

    Task<IReadOnlyList<JobItem>?> FindChunkAsync(string runId, ChunkKey chunk, CancellationToken cancellationToken);

    Task<RunProgress> GetProgressAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Writes what became of items of a plan, in transactions of 100; the same again changes nothing. Pending ones are passed over.</summary>
    Task RecordAsync(string jobId, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken);

    /// <summary>Counts the stored items by state, without those that were ineligible in the plan.</summary>
    Task<IReadOnlyDictionary<ItemState, int>> CountAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>The failed items by what they say of it, in words; the most frequent ones, most frequent first.</summary>
    Task<IReadOnlyDictionary<string, int>> CountFailuresAsync(string jobId, int top, CancellationToken cancellationToken);

    /// <summary>Items of a plan in order of id, of a run in the order in which they were taken.</summary>
    Task<Page<JobItem>> ListItemsAsync(string jobId, ItemState? state, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>An outcome stands until that of the item's next attempt is known.</summary>
    Task<OutcomeCounts> GetOutcomesAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Of the items that were selected with the fingerprint.</summary>
    Task<OutcomeCounts> CountOutcomesAsync(string jobId, string group, CancellationToken cancellationToken);

    /// <summary>Jobs of plans that were stored before then and have not ended. Oldest first.</summary>
    Task<Page<JobRecord>> ListOpenAsync(DateTimeOffset olderThan, int limit, string? token, CancellationToken cancellationToken);
}

public static class JobActions
{
    public static async Task<AuditedAction> GetActionAsync(this IJobStore jobs, string jobId, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(jobId, cancellationToken);
        return new(job?.RequestedBy ?? jobId, job?.Reason) { JobId = jobId };
    }
}

public sealed record JobQuery(JobState? State = null, JobOperation? Operation = null)
{
    internal bool Matches(JobRecord job) => (State ?? job.State) == job.State && (Operation ?? job.Operation) == job.Operation;

    /// <summary>Put before a token, so that it leads on in the list that it is of and in no other. Empty for all jobs.</summary>
    internal string Mark => this == new JobQuery() ? string.Empty
        : $"{(State is { } state ? EnumNames.Of(state) : null)}/{(Operation is { } operation ? EnumNames.Of(operation) : null)}/";
}

public sealed class PreconditionFailedException(string message) : InvalidOperationException(message);

internal sealed partial class JobStore(StorageTables tables, TimeProvider time) : IJobStore
{
    private readonly RunChunks _chunks = new(tables, time);

    /// <summary>Who wrote the row last: what tells an edit's own lost answer from an equal edit of somebody else.</summary>
    private const string EditColumn = "Edit";

    // An open row without its job is that of an apply under way, or of one that died; after this it is the latter.
    private static readonly TimeSpan AbandonedApply = TimeSpan.FromHours(1);

    public async Task<JobRecord> CreateRunAsync(JobRecord run, CancellationToken cancellationToken)
    {
        await tables.Jobs.UpsertEntityAsync(JobRows.Listed(JobRows.JobIndex, run.CreatedAt, run.JobId), TableUpdateMode.Replace, cancellationToken);
        return await tables.Results.TryAddAsync(ResultRows.Run(run), cancellationToken)
            ? run
            : await GetAsync(run.JobId, cancellationToken) ?? throw new InvalidOperationException($"Another run has the key of {run.JobId}.");
    }

    public async Task<JobRecord?> GetAsync(string jobId, CancellationToken cancellationToken) =>
        await FindAsync(jobId, cancellationToken) is { } row ? StorageJson.Read<JobRecord>(row) : null;

    public async Task<Page<JobRecord>> ListAsync(JobQuery query, int limit, string? token, CancellationToken cancellationToken)
    {
        TableReads.Checked(token, token?.StartsWith(query.Mark, StringComparison.Ordinal) != false);
        var page = await JobListing.ReadAsync(
            tables.Jobs,
            (JobRows.JobIndex, query.Operation is { } operation ? JobRows.ListedWith(operation) : null),
            (limit, token?[query.Mark.Length..]),
            async row => row.GetString("Id") is { } id
                && await GetAsync(id, cancellationToken) is { } job
                && JobRows.ListKey(JobRows.JobIndex, job.CreatedAt, job.JobId) == row.RowKey
                && query.Matches(job) ? job : null,
            cancellationToken);
        return page with { Next = page.Next is null ? null : query.Mark + page.Next };
    }

    public Task<JobRecord?> EditAsync(string jobId, Func<JobRecord, JobRecord?> edit, CancellationToken cancellationToken)
    {
        var mine = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var isStored = false;
        return (RunIds.IsRun(jobId) ? tables.Results : tables.Jobs).EditAsync<JobRecord>(FindAgainAsync, job => isStored ? null : edit(job), Write, cancellationToken);

        async Task<TableEntity?> FindAgainAsync()
        {
            var row = await FindAsync(jobId, cancellationToken);

            // The write that was refused had been stored before, and its first answer was lost.
            isStored = row?.GetString(EditColumn) == mine;
            return row;
        }

        TableEntity Write(JobRecord edited)
        {
            var row = edited.Run is null ? JobRows.Job(edited) : ResultRows.Run(edited);
            row[EditColumn] = mine;
            return row;
        }
    }

    /// <remarks>An open row is written before its job and removed by the first listing after the job has ended.</remarks>
    public async Task<Page<JobRecord>> ListOpenAsync(DateTimeOffset olderThan, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var range = new KeyRange(JobRows.List, JobRows.OpenPrefix, token?[JobRows.OpenPrefix.Length..], RowKeys.Ticks(olderThan.UtcTicks));
        List<JobRecord> jobs = [];
        await foreach (var row in tables.Jobs.ReadAsync(range, cancellationToken, limit))
        {
            var job = row.GetString("Id") is { } id ? await GetAsync(id, cancellationToken) : null;
            if (job?.State.HasEnded() == false && JobRows.OpenKey(job) == row.RowKey)
            {
                jobs.Add(job);
            }
            else if (job is not null || row.GetDateTimeOffset("CreatedAt") < olderThan - AbandonedApply)
            {
                await tables.Jobs.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
            }

            if (jobs.Count == limit)
            {
                return new(jobs, row.RowKey);
            }
        }

        return new(jobs, null);
    }

    /// <summary>A plan's id leads to the same partition, so the row says whose it is.</summary>
    private async Task<TableEntity?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        var row = RunIds.IsRun(jobId) ? await ResultRows.FindRunAsync(tables.Results, jobId, cancellationToken)
            : JobRows.PartitionOf(jobId) is { } partition ? await tables.Jobs.FindAsync(partition, JobRows.JobRow, cancellationToken) : null;
        return row?.GetString("JobId") == jobId ? row : null;
    }
}
