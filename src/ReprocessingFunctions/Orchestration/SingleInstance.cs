namespace ReprocessingFunctions.Orchestration;

/// <summary>Instances that are started once, and what has become of one that writes no end of its own.</summary>
internal static class SingleInstance
{
    /// <summary>An ended instance is in the way as well.</summary>
    private static readonly OrchestrationRuntimeStatus[] Any = [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses];

    /// <returns>False when there is an instance of the id already.</returns>
    public static async Task<bool> StartOnceAsync(
        this DurableTaskClient client, string orchestrator, string instanceId, object input, CancellationToken cancellationToken)
    {
        var once = new StartOrchestrationOptions(instanceId).WithDedupeStatuses(Any);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, once, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The type of a refused start differs between engines and their releases; what exists does not.
            if (await client.GetInstanceAsync(instanceId, cancellationToken) is null)
            {
                throw;
            }

            return false;
        }
    }

    /// <summary>How an instance was ended from outside, or broke; null while that is not so.</summary>
    public static async Task<BrokenEnd?> FindBrokenEndAsync(
        this DurableTaskClient client, string instanceId, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
        return instance?.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Terminated => new(IsTerminated: true, "Its orchestration was terminated."),
            OrchestrationRuntimeStatus.Failed => new(IsTerminated: false, instance.FailureReason() ?? "Its orchestration failed."),
            _ => null,
        };
    }
}

internal sealed record BrokenEnd(bool IsTerminated, string Reason);
