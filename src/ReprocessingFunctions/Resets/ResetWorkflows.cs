using System.Collections.Concurrent;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using Reprocessing.Storage.Orders;
using Reprocessing.Storage.Resets;
using Reprocessing.Storage.Workflows;
using ReprocessingFunctions.DeadLetters.Bulk;
using ReprocessingFunctions.Jobs;

namespace ReprocessingFunctions.Resets;

/// <summary>
/// Runs workflows again from an earlier point. Its items are workflows; those of orders are reset with their orders, the others keep
/// their instance ids, because callers send them events by these.
/// </summary>
internal sealed class ResetWorkflows(
    IJobStore jobs,
    IWorkflowIndex index,
    WorkflowLook look,
    OrderWorkflowReset ofOrders,
    InstanceReset ofOthers,
    IOrderStore orders,
    IOptions<ResetSettings> settings) : IJobKind
{
    public JobOperation Operation => JobOperation.Reset;

    public ItemAttempts Attempts(string? options) => ItemAttempts.Once;

    /// <summary>Nothing is reserved: what a job has come to too late is told by the workflow itself.</summary>
    public Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken) =>
        jobs.SelectAsync(request.JobId, request.Limit, request.ChunkSize, request.Cursor, cancellationToken);

    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var call = await CallAsync(request, client, cancellationToken);
        var results = new ConcurrentDictionary<string, ItemResult>(StringComparer.Ordinal);
        var withOrders = new ConcurrentBag<OrderReset>();
        await Parallel.ForEachAsync(request.Items, Options(cancellationToken), async (item, token) =>
        {
            if (await DecideAsync(call, item, token) is (var result, var order) && order is not null)
            {
                withOrders.Add(order);
            }
            else
            {
                results[item.Id] = result ?? throw new InvalidOperationException($"Nothing was decided on {item.Id}.");
            }
        });
        foreach (var result in await ofOrders.RunAsync(call, [.. withOrders], cancellationToken))
        {
            results[result.Id] = result;
        }

        return [.. request.Items.Select(item => results[item.Id])];
    }

    public async Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        var results = new ConcurrentDictionary<string, ItemResult>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            request.Items, Options(cancellationToken), async (item, token) => results[item.Id] = await WatchAsync(request.JobId, item, token));
        return [.. request.Items.Select(item => results[item.Id])];
    }

    /// <summary>An order whose new workflow has failed is left to the scheduled run, like any that fails.</summary>
    public async Task<IReadOnlyList<ItemResult>> GiveUpAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        var watched = await WatchAsync(request, cancellationToken);
        return [.. watched.Select(result => result switch
        {
            { State: ItemState.Failed, Reason: ItemReasons.ProcessingFailed, WorkflowId: null } => new(result.Id, ItemState.Pending),
            { State: ItemState.Failed } => result with { Reason = ItemReasons.RetriesExhausted },
            _ => result,
        })];
    }

    /// <returns>The result, or an order that is still to be reset.</returns>
    private async Task<(ItemResult? Result, OrderReset? Order)> DecideAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken)
    {
        if (await ofOthers.FindAsync(call.JobId, item.Id, cancellationToken) is { } begun)
        {
            return (await ofOthers.GoOnAsync(call, begun, cancellationToken), null);
        }

        var record = await index.GetAsync(item.Id, cancellationToken);
        if (await look.LookAsync(call.Client, item.Id, record, cancellationToken) is not { } found)
        {
            return (new(item.Id, ItemState.Skipped, ItemReasons.NotFound, $"There is no workflow {item.Id}."), null);
        }

        // The same job may have been here before: the order tells, and answers as it did then.
        if (found.Subject.Order is { } order && order.Attempts.Any(attempt => attempt.RunId == call.JobId && attempt.JobItem == item.Id))
        {
            return (null, new(order.OrderId, item.Id));
        }

        if (found.Seen != item.Seen)
        {
            return (new(item.Id, ItemState.Skipped, ItemReasons.ChangedSincePlan, $"{item.Id} is {found.Subject.Status} or another run by now."), null);
        }

        if (found.Check(call.Rule) is { } refusal)
        {
            var state = refusal.Reason == ItemReasons.HistoryUnavailable ? ItemState.Failed : ItemState.Skipped;
            return (new(item.Id, state, refusal.Reason, refusal.Message), null);
        }

        return found.Subject.Order is { } mine
            ? (null, new(mine.OrderId, item.Id))
            : (await ofOthers.BeginAsync(call, found, cancellationToken), null);
    }

    /// <summary>Only orders have an outcome to wait for; other workflows just go on.</summary>
    private async Task<ItemResult> WatchAsync(string jobId, ItemRef item, CancellationToken cancellationToken)
    {
        if ((await index.GetAsync(item.Id, cancellationToken))?.OrderId is { } orderId)
        {
            return DeadLetterWatch.Result(jobId, item, await orders.GetAsync(orderId, cancellationToken));
        }

        return await ofOthers.FindAsync(jobId, item.Id, cancellationToken) is { Step: { Stage: ResetStage.Done } step }
            ? InstanceReset.ResultOf(step)
            : new(item.Id, ItemState.Pending);
    }

    private async Task<ResetCall> CallAsync(ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var options = OptionsJson.Use<ResetOptions>(request.Options);
        var act = await jobs.GetAsync(request.JobId, cancellationToken) is { } job
            ? new Reprocessing.Domain.Orders.Act(job.RequestedBy, job.Reason) { JobId = request.JobId }
            : new Reprocessing.Domain.Orders.Act(request.JobId) { JobId = request.JobId };
        return new(request.JobId, act, options.ToRule(), options.ToReapply(), client);
    }

    private ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = settings.Value.Parallelism, CancellationToken = cancellationToken };
}
