using ReprocessingFunctions.Exports;
using ReprocessingFunctions.Fulfillment;
using ReprocessingFunctions.Imports;

namespace ReprocessingFunctions.Resets;

/// <summary>Looks at one workflow for plans and jobs alike, so that both see the same.</summary>
internal sealed class WorkflowInspector(IOrderStore orders, IWorkflowHistories histories)
{
    /// <summary>
    /// What the app starts for itself. Some have children, which not every engine ends with them, and none is anything that a customer
    /// or an order is waiting for.
    /// </summary>
    internal static IReadOnlySet<string> SystemOrchestrators { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        nameof(JobOrchestrator),
        nameof(SliceOrchestrator),
        nameof(ReprocessingBatchOrchestrator),
        nameof(ImportOrchestrator),
        nameof(ExportOrchestrator),
        nameof(NotificationOrchestrator),
    };

    /// <param name="record">What the index knows of it.</param>
    /// <returns>Null when the engine has no such instance.</returns>
    public async Task<WorkflowSnapshot?> InspectAsync(
        DurableTaskClient client, string instanceId, WorkflowRecord? record, CancellationToken cancellationToken)
    {
        // An input may be long: it is read where nothing else tells the order.
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: record is null, cancellationToken);
        if (instance is null)
        {
            return null;
        }

        var subject = new ResetSubject(instanceId, EngineStatus.Of(instance.RuntimeStatus)) { IsSystem = SystemOrchestrators.Contains(instance.Name) };
        if (subject.IsSystem)
        {
            return new(instance, record, subject);
        }

        if (instance.Name == nameof(OrderFulfillmentOrchestrator))
        {
            var order = await FindOrderAsync(instance, record, cancellationToken);
            return new(instance, record, subject with { IsOrders = true, Order = order, Continuations = 0 });
        }

        return record is not null
            ? new(instance, record, subject with { Continuations = record.Continuations, HasOriginalInput = record.OriginalInput is not null })
            : await WithHistoryAsync(client, instance, subject, cancellationToken);
    }

    private async Task<Order?> FindOrderAsync(OrchestrationMetadata instance, WorkflowRecord? record, CancellationToken cancellationToken) =>
        (record is null ? instance.ReadInputAs<OrderFulfillmentInput>()?.OrderId : record.OrderId) is { } orderId
            ? await orders.GetAsync(orderId, cancellationToken)
            : null;

    private async Task<WorkflowSnapshot> WithHistoryAsync(
        DurableTaskClient client, OrchestrationMetadata instance, ResetSubject subject, CancellationToken cancellationToken)
    {
        try
        {
            var history = await histories.ReadAsync(client, instance.InstanceId, cancellationToken);
            return new(instance, null, subject with { Continuations = history.Generation });
        }
        catch (HistoryUnavailableException e)
        {
            return new(instance, null, subject, e.Message);
        }
    }
}

/// <summary>A workflow as the engine, the index and its order tell of it at one moment.</summary>
/// <param name="Record">Null when the index does not know it.</param>
/// <param name="Unreadable">Set when the engine had to be asked for its history and does not show it.</param>
internal sealed record WorkflowSnapshot(OrchestrationMetadata Instance, WorkflowRecord? Record, ResetSubject Subject, string? Unreadable = null)
{
    /// <summary>An engine may set the time of creation anew with each continuation; the index tells one run from the next.</summary>
    public string Version => WorkflowVersion.Of(Record?.StartTime ?? Instance.CreatedAt, Subject.Status);

    /// <summary>As people group workflows by: the name that the index has for it, or the orchestrator's.</summary>
    public string Type => Record?.Type ?? (Subject.IsOrders ? WorkflowTypes.OrderFulfillment : Instance.Name);

    public ResetRefusal? Check(ResetRule rule) => rule.Check(Subject) switch
    {
        // With its history unread it is not known how often it has continued, and the rule took that for the worst.
        { } when Unreadable is not null => new(Reprocessing.Domain.Jobs.ItemReasons.HistoryUnavailable, Unreadable),
        var refusal => refusal,
    };
}

/// <summary>Ends a run and waits until it has ended.</summary>
internal sealed class WorkflowTerminator(IOptions<ResetSettings> settings)
{
    /// <param name="createdAt">A run that was created at another moment, and is at work, is somebody else's: it is not ended.</param>
    /// <returns>With inputs; null when there is no such instance. One that is not completed did not end in time.</returns>
    public async Task<OrchestrationMetadata?> TerminateAsync(
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
