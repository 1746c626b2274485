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
    IUnfinishedResets unfinished,
    ItemReset resets,
    OrderWorkflowReset ofOrders,
    InstanceReset ofOthers,
    IWorkflowIndex index,
    IOrderStore orders,
    IOptions<ResetSettings> settings) : IJobKind, IHalfDoneItems
{
    public JobOperation Operation => JobOperation.Reset;

    public ItemAttempts Attempts(string? options) => ItemAttempts.Once;

    /// <summary>Nothing is reserved: what a job has come to too late is told by the workflow itself.</summary>
    public Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken) =>
        jobs.SelectAsync(request.JobId, request.Limit, request.ChunkSize, request.Cursor, cancellationToken);

    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        await unfinished.OpenAsync(request.JobId, cancellationToken);
        return await RunAsync(request, client, resets.ProcessAsync, cancellationToken);
    }

    public Task<IReadOnlyList<string>> ListHalfDoneAsync(string jobId, CancellationToken cancellationToken) =>
        unfinished.ListAsync(jobId, touchedBefore: null, cancellationToken);

    public Task<IReadOnlyList<ItemResult>> FinishAsync(ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(request, client, resets.FinishAsync, cancellationToken);

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

    private async Task<IReadOnlyList<ItemResult>> RunAsync(
        ProcessRequest request,
        DurableTaskClient client,
        Func<ResetCall, ItemRef, CancellationToken, Task<ItemDecision>> act,
        CancellationToken cancellationToken)
    {
        var call = await CallAsync(request, client, cancellationToken);
        var results = new ConcurrentDictionary<string, ItemResult>(StringComparer.Ordinal);
        var withOrders = new ConcurrentBag<OrderReset>();
        await Parallel.ForEachAsync(request.Items, Options(cancellationToken), async (item, token) =>
        {
            var decision = await act(call, item, token);
            if (decision.Order is { } order)
            {
                withOrders.Add(order);
            }
            else
            {
                results[item.Id] = decision.Result ?? throw new InvalidOperationException($"Nothing was decided on {item.Id}.");
            }
        });
        foreach (var result in await ofOrders.RunAsync(call, [.. withOrders], cancellationToken))
        {
            results[result.Id] = result;
        }

        return [.. request.Items.Select(item => results[item.Id])];
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
            ? new Reprocessing.Domain.Orders.AuditedAction(job.RequestedBy, job.Reason) { JobId = request.JobId }
            : new Reprocessing.Domain.Orders.AuditedAction(request.JobId) { JobId = request.JobId };
        return new(request.JobId, act, options.ToRule(), options.ToReapply(), client);
    }

    private ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = settings.Value.Parallelism, CancellationToken = cancellationToken };
}
