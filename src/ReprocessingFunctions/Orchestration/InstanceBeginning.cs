namespace ReprocessingFunctions.Orchestration;

/// <summary>
/// Waits until an instance that was just started has begun. Until then the engine of Azure Storage (DurableTask.AzureStorage 2.11.2) may discard what
/// is sent to it, as of no such instance, although it has accepted it.
/// </summary>
internal sealed class InstanceBeginning(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <returns>The instance, begun or ended; null when there is none, or when it has not begun within the limit.</returns>
    public async Task<OrchestrationMetadata?> WaitAsync(DurableTaskClient client, string instanceId, TimeSpan limit, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (await client.GetInstanceAsync(instanceId, cancellationToken) is { } instance)
        {
            if (instance.RuntimeStatus != OrchestrationRuntimeStatus.Pending)
            {
                return instance;
            }

            if (time.GetElapsedTime(since) > limit)
            {
                break;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        return null;
    }
}
