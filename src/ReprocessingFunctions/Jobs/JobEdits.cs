using Reprocessing.Storage.Audit;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Jobs.Requests;

namespace ReprocessingFunctions.Jobs;

/// <summary>
/// Changes what is wanted of a job, and tells it in the audit log as it stands on the job's row. Only the last edit stands there, so
/// the one before is told before it is replaced: of those that a dying process has left untold none is lost, and none is told as
/// somebody else's.
/// </summary>
internal sealed class JobEdits(IJobStore jobs, IAuditLog audit)
{
    /// <param name="edit">Leaves an edit of its own on the row, or answers null and changes nothing. May be asked again.</param>
    /// <returns>Null when there is no such job.</returns>
    public async Task<JobRecord?> EditAsync(string jobId, Func<JobRecord, JobRecord?> edit, CancellationToken cancellationToken)
    {
        while (await jobs.GetAsync(jobId, cancellationToken) is { } seen)
        {
            await TellAsync(seen, cancellationToken);
            var isAsSeen = true;
            var job = await jobs.EditAsync(
                jobId, stored => (isAsSeen = stored.Edit == seen.Edit) ? edit(stored) : null, cancellationToken);
            if (isAsSeen)
            {
                await TellAsync(job?.Edit == seen.Edit ? null : job, cancellationToken);
                return job;
            }
        }

        return null;
    }

    /// <summary>Tells the last edit of a job, once however often it is asked.</summary>
    public Task TellAsync(JobRecord? job, CancellationToken cancellationToken) =>
        job is not null && JobAudit.Edited(job) is { } told ? audit.AddAsync(told, cancellationToken) : Task.CompletedTask;
}
