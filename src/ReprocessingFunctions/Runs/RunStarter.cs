namespace ReprocessingFunctions.Runs;

/// <summary>
/// Starts the one batch there may be at a time. The schedule and the manual start share the instance id, and the engine itself
/// refuses a second one: looking first, as is done too, would let two callers through.
/// </summary>
internal sealed class RunStarter(ILogger<RunStarter> logger)
{
    public const string InstanceId = "reprocessing-batch";

    private static readonly StartOrchestrationOptions OneAtATime = new StartOrchestrationOptions(InstanceId).WithDedupeStatuses(
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);

    /// <summary>The instance that is in the way, or null when this call started the run.</summary>
    public async Task<OrchestrationMetadata?> StartAsync(
        DurableTaskClient client, ReprocessingBatchInput input, CancellationToken cancellationToken)
    {
        // Not every engine release counts a suspended instance among those that refuse a start.
        if (await FindActiveAsync(client, cancellationToken) is { } running)
        {
            return running;
        }

        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(ReprocessingBatchOrchestrator), input, OneAtATime, cancellationToken);
            logger.RunStarted(InstanceId, input.Trigger, input.MaxOrders);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The type of a refused start differs between engines and their releases; what exists does not.
            var active = await FindActiveAsync(client, cancellationToken);
            if (active is null)
            {
                throw;
            }

            // A start whose answer was lost has still started this caller's run.
            return RequestIdOf(active) == input.RequestId ? null : active;
        }
    }

    /// <summary>The batch that has begun and not ended, if there is one.</summary>
    public static async Task<OrchestrationMetadata?> FindActiveAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(InstanceId, getInputsAndOutputs: true, cancellationToken);
        return instance is { IsCompleted: false } ? instance : null;
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

/// <summary>
/// Ids of runs and of their child orchestrations. A run is named by the moment at which its orchestration began, which is the
/// same in every replay; there is one batch at a time, so no two runs begin at the same one.
/// </summary>
internal static class RunIds
{
    private const string Format = "'run-'yyyyMMdd-HHmmss-fff";

    /// <summary>The id, and the start cut to the millisecond that the id tells: results are found by both.</summary>
    public static (string RunId, DateTimeOffset StartedAt) At(DateTime utcNow)
    {
        var startedAt = new DateTimeOffset(utcNow.Ticks - (utcNow.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        return (startedAt.ToString(Format, CultureInfo.InvariantCulture), startedAt);
    }

    /// <summary>The start of a run, to the millisecond, as its id tells it.</summary>
    public static bool TryGetStart(string runId, out DateTimeOffset startedAt) => DateTimeOffset.TryParseExact(
        runId, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out startedAt);

    /// <summary>A second attempt has an id, and so a history, of its own.</summary>
    public static string Child(string runId, int attempt) => attempt == 1
        ? $"reprocessing-{runId}"
        : string.Create(CultureInfo.InvariantCulture, $"reprocessing-{runId}-attempt-{attempt}");
}
