using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Jobs.Requests;

namespace ReprocessingFunctions.FailureGroups;

/// <summary>
/// What came of the last bulk retries of a kind of failure. Read from the jobs' own items, and only of so many jobs: that tells
/// whether the cure works, and the jobs' pages tell the rest.
/// </summary>
internal sealed class GroupRetries(IJobStore jobs, FreshOutcomes outcomes)
{
    private const int NewestJobs = 30;
    private const int Shown = 5;

    public async Task<IReadOnlyList<GroupRetry>> ReadAsync(string fingerprint, CancellationToken cancellationToken)
    {
        List<GroupRetry> retries = [];
        var newest = await jobs.ListAsync(NewestJobs, token: null, cancellationToken);
        foreach (var job in newest.Items.Where(job => job.Operation == JobOperation.Retry))
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
