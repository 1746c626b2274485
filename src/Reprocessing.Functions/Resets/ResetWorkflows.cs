using Azure;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Functions.Resets;

/// <summary>Workflows of orders are reset with their orders; the others keep their instance ids, because callers send them events by these.</summary>
internal sealed class ResetWorkflows(
    IJobStore jobs,
    IResetStore store,
    ItemReset resets,
    OrderWorkflowReset ofOrders,
    IWorkflowIndex index,
    IOrderStore orders,
    IOptions<ResetSettings> settings) : IJobKind, IIncompleteItems
{
    public JobOperation Operation => JobOperation.Reset;

    /// <summary>Nothing is reserved: a workflow that has changed since is found when it is reset.</summary>
    public Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken) =>
        jobs.SelectAsync(request.JobId, request.Limit, request.ChunkSize, request.Cursor, cancellationToken);

    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        await store.OpenJobAsync(request.JobId, cancellationToken);
        return await RunAsync(request, client, mayBegin: true, cancellationToken);
    }

    public Task<IReadOnlyList<string>> ListIncompleteAsync(string jobId, CancellationToken cancellationToken) =>
        store.ListUnfinishedAsync(jobId, touchedBefore: null, cancellationToken);

    public Task<IReadOnlyList<ItemResult>> FinishAsync(ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken) =>
        RunAsync(request, client, mayBegin: false, cancellationToken);

    public async Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        await request.Items.SelectParallelAsync(settings.Value.Parallelism, (item, token) => WatchAsync(request.JobId, item, token), cancellationToken);

    /// <summary>An order whose new workflow has failed is left to the scheduled run, like any that fails.</summary>
    public async Task<IReadOnlyList<ItemResult>> AbandonAsync(ProcessRequest request, CancellationToken cancellationToken)
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
        ProcessRequest request, DurableTaskClient client, bool mayBegin, CancellationToken cancellationToken)
    {
        var options = OptionsJson.Use<ResetOptions>(request.Options);
        var action = await jobs.GetActionAsync(request.JobId, cancellationToken);
        var call = new ResetCall(request.JobId, action, options.ToRule(), options.ToReapply(), client);
        var decisions = await request.Items.SelectParallelAsync(
            settings.Value.Parallelism, (item, token) => resets.RunAsync(call, item, mayBegin, token), cancellationToken);
        var orders = await ofOrders.RunAsync(call, [.. decisions.Select(decision => decision.Order).OfType<OrderReset>()], cancellationToken);
        var results = orders.ToDictionary(result => result.Id, StringComparer.Ordinal);
        return [.. decisions.Zip(request.Items, (decision, item) => decision.Result ?? results[item.Id])];
    }

    /// <summary>Only orders have an outcome to wait for.</summary>
    private async Task<ItemResult> WatchAsync(string jobId, ItemRef item, CancellationToken cancellationToken)
    {
        if ((await index.GetAsync(item.Id, cancellationToken))?.OrderId is { } orderId)
        {
            return DeadLetterWatch.Result(jobId, item, await orders.GetAsync(orderId, cancellationToken));
        }

        return await store.ReadAsync(jobId, item.Id, cancellationToken) is { Step: { Stage: ResetStage.Done } step }
            ? InstanceReset.ResultOf(step)
            : new(item.Id, ItemState.Pending);
    }
}

internal sealed record ResetCall(string JobId, AuditedAction Action, ResetRule Rule, Reapply Reapply, DurableTaskClient Client)
{
    public string Reason => $"Reset by {JobId}: {Action.Reason}";

    /// <returns>False when the run has ended already, or was purged, and receives nothing.</returns>
    public async Task<bool> TrySendAsync(string instanceId, Func<Task> tell, CancellationToken cancellationToken)
    {
        try
        {
            await tell();
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (await Client.GetInstanceAsync(instanceId, cancellationToken) is null or { IsCompleted: true })
            {
                return false;
            }

            throw;
        }
    }
}

internal sealed record ItemDecision(ItemResult? Result, OrderReset? Order = null);

/// <summary>Resets one workflow, or finds that it is an order's. A fault of one does not concern the others.</summary>
internal sealed class ItemReset(
    IResetStore store, IWorkflowIndex index, WorkflowInspector inspector, InstanceReset ofOthers, ILogger<ItemReset> logger)
{
    /// <param name="mayBegin">False for only what this job has begun; the others stay pending.</param>
    public async Task<ItemDecision> RunAsync(ResetCall call, ItemRef item, bool mayBegin, CancellationToken cancellationToken)
    {
        try
        {
            return await DecideAsync(call, item, mayBegin, cancellationToken);
        }
        catch (PreconditionFailedException)
        {
            // A call that was given up is still at work on it.
            return Pending(item);
        }
        catch (Exception e) when (ItemFault.IsItsOwn(e))
        {
            logger.WorkflowNotReset(e, call.JobId, item.Id);
            return new(new ItemResult(item.Id, ItemState.Failed, ItemReasons.ProcessingFailed, e.Message));
        }
    }

    private async Task<ItemDecision> DecideAsync(ResetCall call, ItemRef item, bool mayBegin, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(call.JobId, item.Id, cancellationToken) is { } begun)
        {
            return new(await ofOthers.ResumeAsync(call, begun, cancellationToken));
        }

        var record = await index.GetAsync(item.Id, cancellationToken);
        var found = await inspector.InspectAsync(call.Client, item.Id, record, cancellationToken);
        if (found?.Subject.Order is { } order && order.Attempts.Any(attempt => attempt.RunId == call.JobId && attempt.JobItem == item.Id))
        {
            // This job has reset the order before, which knows what came of it: a repeated call has the same result.
            return new(null, new(order.OrderId, item.Id));
        }

        if (!mayBegin)
        {
            return Pending(item);
        }

        if (found is null)
        {
            return new(new ItemResult(item.Id, ItemState.Skipped, ItemReasons.NotFound, $"There is no workflow {item.Id}."));
        }

        if (found.Version != item.ExpectedVersion)
        {
            var message = $"{item.Id} is {found.Subject.Status} or another run by now.";
            return new(new ItemResult(item.Id, ItemState.Skipped, ItemReasons.ChangedSincePlan, message));
        }

        if (found.Check(call.Rule) is { } refusal)
        {
            var state = refusal.Reason == ItemReasons.HistoryUnavailable ? ItemState.Failed : ItemState.Skipped;
            return new(new ItemResult(item.Id, state, refusal.Reason, refusal.Message));
        }

        return found.Subject.Order is { } mine
            ? new(null, new(mine.OrderId, item.Id))
            : new(await ofOthers.BeginAsync(call, found, cancellationToken));
    }

    private static ItemDecision Pending(ItemRef item) => new(new ItemResult(item.Id, ItemState.Pending));
}

internal static class ItemFault
{
    /// <summary>False for an outage and for unknown exceptions: the whole call must fail, so that it is repeated.</summary>
    public static bool IsItsOwn(Exception exception) => exception switch
    {
        ObjectDisposedException => false, // The host is being stopped.
        RequestFailedException => !StorageFault.IsUnavailable(exception),
        BrokenRowException or JsonException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException => true,
        _ => false,
    };
}
