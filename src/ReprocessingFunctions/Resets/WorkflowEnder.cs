using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace ReprocessingFunctions.Resets;

/// <summary>Ends a run and waits until it has ended.</summary>
internal sealed class WorkflowEnder(IOptions<ResetSettings> settings)
{
    /// <param name="createdAt">A run that was created at another moment, and is at work, is somebody else's: it is not ended.</param>
    /// <returns>With inputs; null when there is no such instance. One that is not completed did not end in time.</returns>
    public async Task<OrchestrationMetadata?> EndAsync(
        DurableTaskClient client, string instanceId, string reason, CancellationToken cancellationToken, DateTimeOffset? createdAt = null)
    {
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
        if (instance is null or { IsCompleted: true } || (createdAt is not null && instance.CreatedAt != createdAt))
        {
            return instance;
        }

        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(settings.Value.TerminateTimeout);
            await client.TerminateInstanceAsync(instanceId, new TerminateInstanceOptions(reason, Recursive: true), limit.Token);
            await client.WaitForInstanceCompletionAsync(instanceId, limit.Token);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It ended by itself in between, or it does not end in time: what it is now tells.
        }

        return await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
    }
}
