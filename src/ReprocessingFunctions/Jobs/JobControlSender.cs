using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Jobs;

namespace ReprocessingFunctions.Jobs;

/// <summary>
/// Tells a job's orchestration of a control that was stored just before. Only makes it faster: the orchestration reads the stored one
/// with every chunk, and every half minute while it is paused.
/// </summary>
internal sealed class JobControlSender(ILogger<JobControlSender> logger)
{
    public async Task SendAsync(DurableTaskClient client, string jobId, JobControl control, CancellationToken cancellationToken)
    {
        foreach (var instanceId in JobInstances.Children(jobId))
        {
            try
            {
                var instance = await client.GetInstanceAsync(instanceId, cancellationToken);
                if (instance is { IsCompleted: false })
                {
                    await client.RaiseEventAsync(instanceId, JobControl.EventName, control, cancellationToken);
                    return;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // It may have ended in between, or the engine's storage does not answer: the stored control is heard of all the same.
                logger.ControlNotSent(e, instanceId);
            }
        }
    }
}
