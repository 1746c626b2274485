using System.Collections.ObjectModel;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

/// <summary>The client of the hub that this process holds.</summary>
internal sealed class HubClient(TaskHubOptions options, TimeProvider time, Func<CancellationToken, Task<HubRuntime>> running)
    : DurableTaskClient(options.HubName)
{
    private readonly HubPurge _purge = new(time, running);

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        if (options?.InstanceId?.StartsWith('@') == true)
        {
            throw new ArgumentException(
                "Instance IDs starting with '@' are reserved for entities, and must not be used for orchestrations, when entity "
                + "support is enabled.",
                "options?.InstanceId");
        }

        var request = new StartRequest(
            options?.InstanceId ?? NewId(), orchestratorName.Name, Serialize(input), options?.Version?.Version ?? DefaultVersion)
        {
            StartAt = options?.StartAt,
            Tags = options?.Tags ?? ReadOnlyDictionary<string, string>.Empty,
        };
        return await StartAsync(request, StatusSets.Conflicting(options?.DedupeStatuses), cancellation);
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        var payload = Serialize(eventPayload);
        return SendAsync(
            instanceId,
            now => new EventRaised(now, eventName, payload),
            static _ => "The orchestration instance with the provided instance id is not running.",
            cancellation);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var output = Serialize(options?.Output);
        return SendAsync(
            instanceId,
            now => new ExecutionTerminated(now, output, options?.Recursive ?? false),
            static ended => Refusal("terminate", ended),
            cancellation);
    }

    public override Task SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, now => new ExecutionSuspended(now, reason), static ended => Refusal("suspend", ended), cancellation);

    public override Task ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, now => new ExecutionResumed(now, reason), static ended => Refusal("resume", ended), cancellation);

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var reader = (await running(cancellation)).Reader;
        return await reader.FindAsync(instanceId, cancellation) is { } head ? reader.Describe(head, getInputsAndOutputs) : null;
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        filter ??= new OrchestrationQuery();
        return Pageable.Create(async (continuation, pageSize, cancellation) =>
        {
            var reader = (await running(cancellation)).Reader;
            var query = new HeadQuery
            {
                Statuses = filter.Statuses?.ToList(),
                InstanceIdPrefix = filter.InstanceIdPrefix,
                CreatedFrom = filter.CreatedFrom,
                CreatedTo = filter.CreatedTo,
                PageSize = Math.Clamp(pageSize ?? filter.PageSize, 1, 1_000),
                WithPayloads = filter.FetchInputsAndOutputs,
                After = PageToken.Read(continuation ?? filter.ContinuationToken),
            };
            var page = await reader.ListAsync(query, cancellation);
            return new Page<OrchestrationMetadata>(
                [.. page.Heads.Select(head => reader.Describe(head, query.WithPayloads))], PageToken.Write(page.Next));
        });
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(
            instanceId, static head => head.Status != OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, "Start", cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, static head => head.HasEnded, getInputsAndOutputs, "Completion", cancellation);

    public override Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        _purge.OneAsync(instanceId, options?.Recursive ?? false, cancellation);

    public override Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        _purge.AllAsync(filter, options?.Recursive ?? false, cancellation);

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        var head = await (await running(cancellation)).Reader.FindAsync(instanceId, cancellation)
            ?? throw new ArgumentException($"An orchestration with the instanceId {instanceId} was not found.", nameof(instanceId));
        if (!head.HasEnded && !restartWithNewInstanceId)
        {
            throw new TaskHubException(TaskHubError.AlreadyExists, $"An orchestration with the instanceId {instanceId} cannot be restarted.");
        }

        var request = new StartRequest(restartWithNewInstanceId ? NewId() : instanceId, head.Name, head.Input, head.Version)
        {
            Tags = head.Tags,
        };
        return await StartAsync(request, StatusSets.Unfinished, cancellation);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Refusal(string verb, InstanceHead ended) =>
        $"Cannot {verb} the orchestration instance {ended.InstanceId} because instance is in the {ended.Status} state.";

    private string DefaultVersion => options.DefaultVersion;

    private string NewId() => options.NewId().ToString("N");

    private string? Serialize(object? value) => value is null ? null : options.DataConverter.Serialize(value);

    private async Task<string> StartAsync(
        StartRequest request, IReadOnlySet<OrchestrationRuntimeStatus> conflicting, CancellationToken cancellation)
    {
        var hub = await running(cancellation);
        try
        {
            while (await hub.Starter.StartAsync(request, head => !conflicting.Contains(head.Status), mayExist: false, cancellation)
                .WaitAsync(cancellation) is { } existing)
            {
                if (conflicting.Contains(existing.Status))
                {
                    throw new TaskHubException(
                        TaskHubError.AlreadyExists, $"An Orchestration instance with the ID {request.InstanceId} already exists.");
                }

                // The caller allows a running one to be replaced: it has to end first.
                await TerminateInstanceAsync(request.InstanceId, (TerminateInstanceOptions?)null, cancellation);
                await WaitForInstanceCompletionAsync(request.InstanceId, cancellation);
            }
        }
        catch (StoreLimitException exception)
        {
            throw new TaskHubException(TaskHubError.TooLarge, exception.Message, exception);
        }

        return request.InstanceId;
    }

    private async Task SendAsync(
        string instanceId, Func<DateTime, HistoryEvent> message, Func<InstanceHead, string> refusal, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        await (await running(cancellation)).Messages.SendAsync(instanceId, message, refusal, cancellation);
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<InstanceHead, bool> condition, bool withPayloads, string what, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        try
        {
            var hub = await running(cancellation);
            var head = await hub.Hub.Waiters.WaitAsync(
                instanceId, condition, () => hub.Reader.FindAsync(instanceId, cancellation), cancellation);
            return hub.Reader.Describe(head, withPayloads);
        }
        catch (OperationCanceledException exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException($"The WaitForInstance{what}Async operation was canceled.", exception, cancellation);
        }
    }
}
