using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>
/// Looks after the jobs that have not ended: starts those whose orchestration nobody started, because the process died in between or
/// the engine did not answer, ends those whose orchestration is gone, and tells who changed them last. All of them, a page at a time: many that wait or are paused
/// keep no newer one from it.
/// </summary>
internal sealed class CheckOpenJobs(
    IJobStore jobs, JobStarter starter, OrphanedJobs orphans, JobEdits edits, TimeProvider time, ILogger<CheckOpenJobs> logger)
{
    private const int PageSize = 100;

    /// <summary>Younger ones are being started.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(15);

    /// <summary>Older edits were told by an earlier check, or will be by the next edit or the job's end.</summary>
    private static readonly TimeSpan NewEdit = TimeSpan.FromMinutes(10);

    [Function(nameof(CheckOpenJobs))]
    public async Task RunAsync(
        [TimerTrigger($"%{JobRequestOptions.ScheduleSetting}%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var olderThan = time.GetUtcNow() - Age;
        string? token = null;
        do
        {
            var page = await jobs.ListOpenAsync(olderThan, PageSize, token, cancellationToken);
            foreach (var job in page.Items)
            {
                await TryCheckAsync(client, job, cancellationToken);
            }

            token = page.Next;
        }
        while (token is not null);
    }

    /// <summary>One that cannot be looked after now keeps nobody from the next one.</summary>
    private async Task TryCheckAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        try
        {
            await CheckAsync(client, job, cancellationToken);
            if (job.Edit is { } edit && time.GetUtcNow() - edit.At < NewEdit)
            {
                await edits.TellAsync(job, cancellationToken);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.JobNotChecked(e, job.JobId);
        }
    }

    /// <summary>
    /// Only one that the engine has never heard of is started: an instance that ended before it could say on the job's row that it
    /// had begun is in the way of another, and leaves the job to be ended like any other.
    /// </summary>
    private async Task CheckAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        if (job.State == JobState.Pending && await client.GetInstanceAsync(job.JobId, cancellationToken) is null)
        {
            await starter.StartAsync(client, job, cancellationToken);
        }
        else
        {
            await orphans.CheckAsync(client, job, cancellationToken);
        }
    }
}
