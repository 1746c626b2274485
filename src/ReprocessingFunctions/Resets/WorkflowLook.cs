using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Resets;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Exports;
using ReprocessingFunctions.Fulfillment;
using ReprocessingFunctions.Imports;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.Jobs.Slices;
using ReprocessingFunctions.Notices;
using ReprocessingFunctions.Runs;

namespace ReprocessingFunctions.Resets;

/// <summary>Looks at one workflow for plans and jobs alike, so that both see the same.</summary>
internal sealed class WorkflowLook(IOrderStore orders, IWorkflowHistories histories)
{
    /// <summary>
    /// What the app starts for itself. Some have children, which not every engine ends with them, and none is anything that a customer
    /// or an order is waiting for.
    /// </summary>
    internal static IReadOnlySet<string> Machinery { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        nameof(JobOrchestrator),
        nameof(SliceOrchestrator),
        nameof(ReprocessingBatchOrchestrator),
        nameof(ImportOrchestrator),
        nameof(ImportPageOrchestrator),
        nameof(ExportOrchestrator),
        nameof(NoticeOrchestrator),
    };

    /// <param name="record">What the index knows of it.</param>
    /// <returns>Null when the engine has no such instance.</returns>
    public async Task<FoundWorkflow?> LookAsync(
        DurableTaskClient client, string instanceId, WorkflowRecord? record, CancellationToken cancellationToken)
    {
        // An input may be long: it is read where nothing else tells the order.
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: record is null, cancellationToken);
        if (instance is null)
        {
            return null;
        }

        var subject = new ResetSubject(instanceId, EngineStatus.Of(instance.RuntimeStatus)) { IsSystem = Machinery.Contains(instance.Name) };
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

    private async Task<FoundWorkflow> WithHistoryAsync(
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
