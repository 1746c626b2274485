using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace ReprocessingFunctions.Resets;

/// <summary>Ends a run and waits until it has ended.</summary>
internal sealed class WorkflowEnder(IOptions<ResetSettings> settings)
{
    /// <summary>With inputs; null when there is no such instance. One that is not completed did not end in time.</summary>
    public async Task<OrchestrationMetadata?> EndAsync(
        DurableTaskClient client, string instanceId, string reason, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
        if (instance is null or { IsCompleted: true })
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
