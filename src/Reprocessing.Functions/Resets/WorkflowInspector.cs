namespace Reprocessing.Functions.Resets;

internal sealed class WorkflowInspector(IOrderStore orders, IWorkflowHistories histories)
{
    /// <summary>What the app starts for itself. No customer or order waits for any of them, and not every engine ends children with them.</summary>
    internal static IReadOnlySet<string> SystemOrchestrators { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        nameof(JobOrchestrator),
        nameof(ReprocessingOrchestrator),
        nameof(ReprocessingBatchOrchestrator),
        nameof(ImportOrchestrator),
        nameof(ExportOrchestrator),
        nameof(NotificationOrchestrator),
        nameof(PlanOrchestrator),
    };

    public async Task<WorkflowSnapshot?> InspectAsync(
        DurableTaskClient client, string instanceId, WorkflowRecord? record, CancellationToken cancellationToken)
    {
        // An input may be long: it is read only where nothing else names the order.
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: record is null, cancellationToken);
        if (instance is null)
        {
            // The engine never knows a workflow of an outside service, nor one that was not started; their order does.
            return record?.OrderId is { } ownerId && await orders.GetAsync(ownerId, cancellationToken) is { } owner
                && owner.Attempts.Any(attempt => attempt.WorkflowId == instanceId)
                    ? new(null, record, new(instanceId, record.Status) { IsOrders = true, Order = owner, Continuations = 0 })
                    : null;
        }

        var subject = new ResetSubject(instanceId, EngineStatus.Of(instance.RuntimeStatus)) { IsSystem = SystemOrchestrators.Contains(instance.Name) };
        if (subject.IsSystem)
        {
            return new(instance, record, subject);
        }

        if (instance.Name == nameof(OrderFulfillmentOrchestrator))
        {
            var orderId = record is null ? instance.ReadInputAs<OrderFulfillmentInput>()?.OrderId : record.OrderId;
            var order = orderId is null ? null : await orders.GetAsync(orderId, cancellationToken);
            return new(instance, record, subject with { IsOrders = true, Order = order, Continuations = 0 });
        }

        if (record is not null)
        {
            return new(instance, record, subject with { Continuations = record.Continuations, HasOriginalInput = record.OriginalInput is not null });
        }

        var history = await histories.ReadAsync(client, instanceId, cancellationToken);
        return new(instance, null, subject with { Continuations = history.Generation }, history.Unavailable);
    }
}

/// <summary>A workflow by the engine, the index and its order at one moment. Without an instance only its order and the index know it.</summary>
internal sealed record WorkflowSnapshot(OrchestrationMetadata? Instance, WorkflowRecord? Record, ResetSubject Subject, string? Unreadable = null)
{
    /// <summary>An engine may set the time of creation anew with each continuation; the index keeps that of the run.</summary>
    public string Version => WorkflowVersion.Of(Record?.StartTime ?? Instance!.CreatedAt, Subject.Status);

    public string Type => Record?.Type ?? (Subject.IsOrders ? WorkflowTypes.OrderFulfillment : Instance!.Name);

    public ResetRefusal? Check(ResetRule rule) => rule.Check(Subject) switch
    {
        // The rule has refused it because nobody knows how often it has continued.
        { } when Unreadable is not null => new(ItemReasons.HistoryUnavailable, Unreadable),
        var refusal => refusal,
    };
}

internal sealed class WorkflowTerminator(IOptions<ResetSettings> settings)
{
    /// <returns>With inputs; null when there is no such instance. One that is not completed did not end in time. A run of another moment than asked for is not ended.</returns>
    public async Task<OrchestrationMetadata?> TerminateAsync(
        ResetCall call, string instanceId, DateTimeOffset? createdAt, CancellationToken cancellationToken)
    {
        var client = call.Client;
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
        if (instance is null or { IsCompleted: true } || (createdAt is not null && instance.CreatedAt != createdAt))
        {
            return instance;
        }

        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(settings.Value.TerminateTimeout);
            await client.TerminateInstanceAsync(instanceId, new TerminateInstanceOptions(call.Reason, Recursive: true), limit.Token);
            await client.WaitForInstanceCompletionAsync(instanceId, limit.Token);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It ended by itself in between, or does not end in time: the answer below says which.
        }

        return await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
    }
}
