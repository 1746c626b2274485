using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>
/// Looks after the jobs that have not ended: starts those whose orchestration nobody started, because the process died in between or
/// the engine did not answer, and ends those whose orchestration is gone.
/// </summary>
internal sealed class CheckOpenJobs(IJobStore jobs, JobStarter starter, OrphanedJobs orphans, TimeProvider time)
{
    private const int AtMost = 100;

    /// <summary>Younger ones are being started.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(15);

    [Function(nameof(CheckOpenJobs))]
    public async Task RunAsync(
        [TimerTrigger($"%{JobRequestOptions.ScheduleSetting}%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        foreach (var job in await jobs.ListOpenAsync(time.GetUtcNow() - Age, AtMost, cancellationToken))
        {
            if (job.State == JobState.Pending)
            {
                await starter.StartAsync(client, job, cancellationToken);
            }
            else
            {
                await orphans.CheckAsync(client, job, cancellationToken);
            }
        }
    }
}
