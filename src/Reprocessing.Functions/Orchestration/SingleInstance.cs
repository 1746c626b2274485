namespace Reprocessing.Functions.Orchestration;

internal static class SingleInstance
{
    /// <summary>An ended instance is not in the way.</summary>
    public static StartOrchestrationOptions OneAtATime(string instanceId) => new StartOrchestrationOptions(instanceId).WithDedupeStatuses(
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);

    /// <summary>An ended instance is in the way as well.</summary>
    public static async Task<bool> StartOnceAsync(
        this DurableTaskClient client, string orchestrator, string instanceId, object input, CancellationToken cancellationToken)
    {
        var once = new StartOrchestrationOptions(instanceId).WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        return await client.TryStartAsync(
            orchestrator, once, input, () => client.GetInstanceAsync(instanceId, cancellationToken), cancellationToken) is null;
    }

    /// <returns>What was found in the way when the engine has refused the start; null when this call has started the instance.</returns>
    public static async Task<OrchestrationMetadata?> TryStartAsync(
        this DurableTaskClient client,
        string orchestrator,
        StartOrchestrationOptions options,
        object? input,
        Func<Task<OrchestrationMetadata?>> findInTheWay,
        CancellationToken cancellationToken)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, options, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The type of a refused start differs between engines and their releases; what exists does not.
            if (await findInTheWay() is { } there)
            {
                return there;
            }

            throw;
        }
    }

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

/// <summary>Until a started instance has begun, the engine of Azure Storage (DurableTask.AzureStorage 2.11.2) may discard what is sent to it although it has accepted it.</summary>
internal sealed class InstanceBeginning(TimeProvider time)
{
    public async Task<OrchestrationMetadata?> WaitAsync(DurableTaskClient client, string instanceId, TimeSpan limit, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        OrchestrationMetadata? instance;
        while ((instance = await client.GetInstanceAsync(instanceId, cancellationToken)) is { RuntimeStatus: OrchestrationRuntimeStatus.Pending })
        {
            if (time.GetElapsedTime(since) > limit)
            {
                return null;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }

        return instance;
    }
}

internal static class InstanceDetails
{
    /// <summary>Null when there is no instance, or it has not said anything of this kind; some engines write the text <c>null</c> for nothing.</summary>
    public static T? ReadStatusAs<T>(this OrchestrationMetadata? instance)
        where T : class => instance?.SerializedCustomStatus is null or "null" ? null : EventJson.TryRead(instance.ReadCustomStatusAs<T>);

    /// <summary>The Functions client (Worker.Extensions.DurableTask 1.21.1) gives no details of a failure, but its words as the output, as JSON or as they are.</summary>
    public static string? FailureReason(this OrchestrationMetadata instance) => instance.FailureDetails?.ErrorMessage ?? TextOf(instance.SerializedOutput);

    private static string? TextOf(string? output) =>
        string.IsNullOrWhiteSpace(output) ? null
        : EventJson.TryRead(() => JsonNode.Parse(output)) is JsonValue value && value.TryGetValue<string>(out var text) ? text
        : output;
}

// Anybody can send events through the management API. An orchestration waits for them as JSON, because an event that is not of its type would fail the
// orchestration before it could look at it.
internal static class EventJson
{
    public static TEvent? Read<TEvent>(JsonElement? raised)
        where TEvent : class => TryRead(() => raised?.Deserialize<TEvent>(AppJson.Worker));

    /// <summary>Null of JSON that is of another type, as of an input that somebody has made by hand.</summary>
    public static T? TryRead<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
