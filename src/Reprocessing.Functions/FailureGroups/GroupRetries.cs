namespace Reprocessing.Functions.FailureGroups;

/// <summary>What came of the last bulk retries of a kind of failure, which tells whether the cure works. The number of jobs looked at is bounded.</summary>
internal sealed class GroupRetries(IJobStore jobs, FreshOutcomes outcomes)
{
    private const int NewestRetries = 30;

    /// <summary>Of the list, so that there is an end to it.</summary>
    private const int MostPages = 10;

    private const int Shown = 5;

    public async Task<IReadOnlyList<GroupRetry>> ReadAsync(string fingerprint, CancellationToken cancellationToken)
    {
        var newest = Pages.ReadAllAsync(
            async token => await jobs.ListAsync(new(Operation: JobOperation.Retry), NewestRetries, token, cancellationToken), MostPages);
        return await newest.Take(NewestRetries)
            .Select(async (JobRecord job, CancellationToken token) => new GroupRetry(job.JobId, job.CreatedAt, await CountAsync(job.JobId, fingerprint, token)))
            .Where(retry => retry.Outcomes != new OutcomeCounts())
            .Take(Shown)
            .ToListAsync(cancellationToken);
    }

    private async Task<OutcomeCounts> CountAsync(string jobId, string fingerprint, CancellationToken cancellationToken)
    {
        var counts = await jobs.CountOutcomesAsync(jobId, fingerprint, cancellationToken);
        if (counts.Running == 0)
        {
            return counts;
        }

        // Some may have ended since the notes of their ends were last carried over.
        await outcomes.GetAsync(jobId, cancellationToken);
        return await jobs.CountOutcomesAsync(jobId, fingerprint, cancellationToken);
    }
}
