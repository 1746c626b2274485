using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>Starts the jobs that were stored and whose orchestration nobody started: the process died in between, or the engine did not answer.</summary>
internal sealed class StartWaitingJobs(IJobStore jobs, JobStarter starter, TimeProvider time)
{
    private const int AtMost = 100;

    /// <summary>Younger ones are being started.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(15);

    [Function(nameof(StartWaitingJobs))]
    public async Task RunAsync(
        [TimerTrigger($"%{JobRequestOptions.ScheduleSetting}%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        foreach (var job in await jobs.ListPendingAsync(time.GetUtcNow() - Age, AtMost, cancellationToken))
        {
            await starter.StartAsync(client, job, cancellationToken);
        }
    }
}
