using Reprocessing.Domain.Jobs;

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
