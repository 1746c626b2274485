namespace Reprocessing.Functions.Orchestration;

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

internal static class InstanceDetails
{
    /// <summary>Null when there is no instance, or it has not said anything of this kind; some engines write the text <c>null</c> for nothing.</summary>
    public static T? ReadStatusAs<T>(this OrchestrationMetadata? instance)
        where T : class
    {
        try
        {
            return instance?.SerializedCustomStatus is null or "null" ? null : instance.ReadCustomStatusAs<T>();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Why an instance failed; null when nobody said. The Functions client (Worker.Extensions.DurableTask 1.21.1) gives no details of a failure,
    /// but its words as the output, as JSON or as they are.
    /// </summary>
    public static string? FailureReason(this OrchestrationMetadata instance) => instance.FailureDetails?.ErrorMessage ?? TextOf(instance.SerializedOutput);

    private static string? TextOf(string? output)
    {
        if (string.IsNullOrWhiteSpace(output))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<JsonElement>(output) is { ValueKind: JsonValueKind.String } text ? text.GetString() : output;
        }
        catch (JsonException)
        {
            return output;
        }
    }
}

/// <summary>
/// Reads events that anybody can send through the management API. An orchestration waits for them as JSON and not as its own type,
/// because an event that is not of that type would fail the orchestration before it could look at it.
/// </summary>
internal static class EventJson
{
    /// <returns>Null when it is none of ours.</returns>
    public static TEvent? Read<TEvent>(JsonElement? raised)
        where TEvent : class
    {
        try
        {
            return raised?.Deserialize<TEvent>(AppJson.Worker);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
