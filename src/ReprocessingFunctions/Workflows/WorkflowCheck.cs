using System.Globalization;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Orders;
using Reprocessing.Storage.Workflows;

namespace ReprocessingFunctions.Workflows;

/// <summary>
/// Compares the index with the engine. Whoever terminates or purges a workflow tells neither the index nor the order, which would
/// stay in progress for ever: its failure is recorded here, and so it is due again.
/// </summary>
internal sealed class WorkflowCheck(
    IWorkflowIndex index, IOrderStore orders, LostWorkflows lost, IOptions<WorkflowOptions> options, TimeProvider time, ILogger<WorkflowCheck> logger)
{
    private const int SideBySide = 8;

    // Where the next tick goes on; a new process begins anew.
    private string? _position;

    public async Task RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = (now - options.Value.CheckAge).ToString("O", CultureInfo.InvariantCulture);
        var query = FilterExpression.Parse($"executionStatus IN (Pending, Running, Suspended) AND startTime <= '{before}'", WorkflowFields.Catalog);
        var page = await index.QueryAsync(query.Expression!.At(now), options.Value.ChecksPerTick, _position, cancellationToken);
        await Parallel.ForEachAsync(
            page.Items,
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken },
            async (record, cancelled) => await TryCheckAsync(client, record, cancelled));
        _position = page.Next;
    }

    private async Task TryCheckAsync(DurableTaskClient client, WorkflowRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await CheckAsync(client, record, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // It is looked at again in the next round; the others must not wait for it.
            logger.WorkflowNotChecked(e, record.InstanceId);
        }
    }

    private async Task CheckAsync(DurableTaskClient client, WorkflowRecord record, CancellationToken cancellationToken)
    {
        // Read before its workflow: one that is run again meanwhile is recorded at a higher version, which no correction of this one
        // gets over. A list's copy may lag behind, but not in when the run began; a run that is not the listed one is too young.
        var stored = await index.GetAsync(record.InstanceId, cancellationToken);
        if (stored is not { HasEnded: false } || stored.StartTime != record.StartTime)
        {
            return;
        }

        var instance = await client.GetInstanceAsync(record.InstanceId, cancellationToken);

        // The order is read after its workflow: what that wrote before it ended is seen.
        if (record.OrderId is { } orderId
            && (instance is null || instance.IsCompleted)
            && await IsTheOrdersAffairAsync(orderId, record.InstanceId, instance, cancellationToken))
        {
            return;
        }

        var status = StatusOf(instance);
        if (stored.Status != status)
        {
            var corrected = stored with { Status = status, Revision = stored.Revision + 1 };
            await index.RecordAsync(
                [corrected with { CloseTime = corrected.HasEnded ? instance?.LastUpdatedAt ?? time.GetUtcNow() : null }], cancellationToken);
            logger.WorkflowCorrected(record.InstanceId, stored.Status, status);
        }
    }

    /// <returns>True when the order tells, or is going to tell, what became of its workflow.</returns>
    private async Task<bool> IsTheOrdersAffairAsync(
        string orderId, string workflowId, OrchestrationMetadata? instance, CancellationToken cancellationToken)
    {
        if (await orders.GetAsync(orderId, cancellationToken) is not { } order || order.WorkflowId != workflowId)
        {
            return false;
        }

        if (!order.HasActiveWorkflow)
        {
            // What the order knows is on its way to the index, unless that has refused it before.
            await index.RecordAsync(OrderWorkflows.Of(order), cancellationToken);
            return true;
        }

        if (order.Phase != OrderPhase.InProgress)
        {
            // It has not begun: the next run starts it, and again if it has ended.
            return instance is null;
        }

        await lost.ReportAsync(order, instance, cancellationToken);
        return true;
    }

    private static WorkflowStatus StatusOf(OrchestrationMetadata? instance) => instance?.RuntimeStatus switch
    {
        OrchestrationRuntimeStatus.Pending => WorkflowStatus.Pending,
        OrchestrationRuntimeStatus.Completed => WorkflowStatus.Completed,
        OrchestrationRuntimeStatus.Failed => WorkflowStatus.Failed,
        OrchestrationRuntimeStatus.Suspended => WorkflowStatus.Suspended,
        null or OrchestrationRuntimeStatus.Terminated => WorkflowStatus.Terminated,
        _ => WorkflowStatus.Running,
    };
}
