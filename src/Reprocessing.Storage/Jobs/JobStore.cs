using Azure;
using Azure.Data.Tables;
using Reprocessing.Domain.Jobs;

namespace Reprocessing.Storage.Jobs;

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
