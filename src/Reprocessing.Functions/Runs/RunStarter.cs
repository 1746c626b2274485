namespace Reprocessing.Functions.Runs;

/// <summary>Schedule and manual start share the instance id, and the engine itself refuses a second: looking first, as is done too, would let two callers through.</summary>
internal sealed class RunStarter(IJobStore jobs, TimeProvider time, ILogger<RunStarter> logger)
{
    public const string InstanceId = "reprocessing-batch";

    /// <summary>For the orchestration of a run that has ended.</summary>
    private const int MaxWaits = 40;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(250);

    /// <summary>The instance that is in the way, or null when this call started the run.</summary>
    public async Task<OrchestrationMetadata?> StartAsync(
        DurableTaskClient client, ReprocessingBatchInput input, CancellationToken cancellationToken)
    {
        // Not every engine release counts a suspended instance among those that refuse a start.
        if (await FindInTheWayAsync(client, cancellationToken) is { } running)
        {
            return running;
        }

        var active = await client.TryStartAsync(
            nameof(ReprocessingBatchOrchestrator),
            SingleInstance.OneAtATime(InstanceId),
            input,
            () => FindActiveAsync(client, cancellationToken),
            cancellationToken);
        if (active is null)
        {
            logger.RunStarted(InstanceId, input.Trigger, input.MaxOrders);
            return null;
        }

        // A start whose answer was lost has still started this caller's run.
        return RequestIdOf(active) == input.RequestId ? null : active;
    }

    public static async Task<OrchestrationMetadata?> FindActiveAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(InstanceId, getInputsAndOutputs: true, cancellationToken);
        return instance is { IsCompleted: false } ? instance : null;
    }

    /// <summary>A run's end is stored by its last chunk; its orchestration hears of it a moment later. Whoever has seen the end may start the next run.</summary>
    private async Task<OrchestrationMetadata?> FindInTheWayAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        for (var waits = 0; ; waits++)
        {
            var active = await FindActiveAsync(client, cancellationToken);
            var isEnding = active is { RuntimeStatus: OrchestrationRuntimeStatus.Running }
                && active.ReadStatusAs<RunStatus>() is { } status
                && await jobs.GetAsync(status.RunId, cancellationToken) is { } run
                && run.State.HasEnded();
            if (!isEnding || waits == MaxWaits)
            {
                return active;
            }

            await Task.Delay(Wait, time, cancellationToken);
        }
    }

    private static string? RequestIdOf(OrchestrationMetadata instance)
    {
        try
        {
            return instance.ReadInputAs<ReprocessingBatchInput>()?.RequestId;
        }
        catch (JsonException)
        {
            // Started through the management API, with an input of somebody's own making.
            return null;
        }
    }
}
