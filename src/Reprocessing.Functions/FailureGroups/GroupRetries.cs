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
        List<GroupRetry> retries = [];
        var newest = Pages.ReadAllAsync(
            async token => await jobs.ListAsync(new(Operation: JobOperation.Retry), NewestRetries, token, cancellationToken), MostPages);
        await foreach (var job in newest.Take(NewestRetries).WithCancellation(cancellationToken))
        {
            var counts = await CountAsync(job.JobId, fingerprint, cancellationToken);
            if (counts != new OutcomeCounts())
            {
                retries.Add(new(job.JobId, job.CreatedAt, counts));
            }

            if (retries.Count == Shown)
            {
                break;
            }
        }

        return retries;
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
