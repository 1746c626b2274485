using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.DeadLetters;
using Reprocessing.Storage.Resets;
using Reprocessing.Storage.Workflows;
using ReprocessingFunctions.Restarts;

namespace ReprocessingFunctions.Resets;

/// <summary>
/// Resets workflows of orders. The order is taken from the old workflow first, in one transaction that also says what comes next:
/// whoever dies after it finds there what is left to do, and the old workflow finds that it has no order any more.
/// </summary>
internal sealed class OrderWorkflowReset(
    IOrderResets resets, WorkflowEnder ender, RestartStarter starter, IWorkflowIndex index, IOptions<ResetSettings> settings, TimeProvider time)
{
    /// <returns>A result a workflow, by the workflow's id.</returns>
    public async Task<IReadOnlyList<ItemResult>> RunAsync(ResetCall call, IReadOnlyList<OrderReset> workflows, CancellationToken cancellationToken)
    {
        if (workflows.Count == 0)
        {
            return [];
        }

        var acted = await resets.ResetAsync(call.Act, call.Rule, workflows, cancellationToken);
        List<(OrderReset Old, ActedItem New)> made = [.. workflows.Zip(acted).Where(pair => pair.Second.Result.State == ItemState.Succeeded)];
        var late = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            made,
            new ParallelOptions { MaxDegreeOfParallelism = settings.Value.Parallelism, CancellationToken = cancellationToken },
            async (pair, token) =>
            {
                // It has no order any more, so the most that it can do is what it would have done too if it had ended at once: the stage
                // that it is at. To wait for it would leave the order to nobody.
                if (await ender.EndAsync(call.Client, pair.Old.WorkflowId, call.Reason, token) is { IsCompleted: false })
                {
                    late[pair.Old.WorkflowId] = $"{pair.Old.WorkflowId} was asked to end and has not ended in time; it has no order any more.";
                }
            });
        var left = await starter.StartAllAsync(call.Client, [.. made.Select(pair => pair.New.Start).OfType<OrderStart>()], cancellationToken);
        await RecordAsync(call, made, cancellationToken);
        return [.. workflows.Zip(acted).Select(pair => (left.Contains(pair.Second.Result.Id) ? pair.Second.Result.NotStarted() : pair.Second.Result with
        {
            Message = late.GetValueOrDefault(pair.First.WorkflowId) ?? pair.Second.Result.Message,
        }) with
        {
            Id = pair.First.WorkflowId,
        })];
    }

    /// <summary>Which workflow goes on with which one's work, and why. Their states the orders tell the index themselves.</summary>
    private async Task RecordAsync(ResetCall call, List<(OrderReset Old, ActedItem New)> made, CancellationToken cancellationToken)
    {
        List<WorkflowRecord> records = [];
        await index.FoldAsync(cancellationToken);
        foreach (var (old, acted) in made)
        {
            var (nextId, order) = (acted.Result.WorkflowId!, acted.Order!);
            var next = await index.GetAsync(nextId, cancellationToken)
                ?? new(nextId, WorkflowTypes.OrderFulfillment, WorkflowStatus.Pending, time.GetUtcNow())
                {
                    OrderId = order.OrderId,
                    CustomerId = order.CustomerId,
                    OrderStatus = order.Status,
                    Generation = order.Generation,
                };
            records.Add(next with { PreviousInstance = old.WorkflowId, ResetReason = call.Act.Reason, ResetJobId = call.JobId });
            if (await index.GetAsync(old.WorkflowId, cancellationToken) is { } ended)
            {
                records.Add(ended with { NextInstance = nextId });
            }
        }

        await index.RecordAsync(records, cancellationToken);
    }
}
