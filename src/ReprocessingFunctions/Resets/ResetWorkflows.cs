using Azure;
using Reprocessing.Storage.Rows;
using ReprocessingFunctions.Tables;

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

/// <summary>What one activity call of a reset job has been asked for, and by whom.</summary>
/// <param name="Client">Bound to the invocation.</param>
internal sealed record ResetCall(string JobId, AuditedAction Act, ResetRule Rule, Reapply Reapply, DurableTaskClient Client)
{
    /// <summary>As the ended run's output tells it.</summary>
    public string Reason => $"Reset by {JobId}: {Act.Reason}";
}

/// <param name="Result">Null while the workflow's order is still to be reset.</param>
internal sealed record ItemDecision(ItemResult? Result, OrderReset? Order = null);

/// <summary>Resets one workflow, or finds that it is an order's. What is wrong with one is no matter of the others.</summary>
internal sealed class ItemReset(IWorkflowIndex index, WorkflowInspector inspector, InstanceReset ofOthers, ILogger<ItemReset> logger)
{
    public Task<ItemDecision> ProcessAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken) =>
        GuardAsync(call, item, () => DecideAsync(call, item, cancellationToken));

    /// <summary>Only what this job has begun with: pending where it has not.</summary>
    public Task<ItemDecision> FinishAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken) => GuardAsync(
        call,
        item,
        async () => await GoOnAsync(call, item, cancellationToken)
            ?? (await LookAsync(call, item, cancellationToken) is { } found && DoneBefore(call, item, found) is { } done ? done : Pending(item)));

    private async Task<ItemDecision> DecideAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken)
    {
        if (await GoOnAsync(call, item, cancellationToken) is { } begun)
        {
            return begun;
        }

        if (await LookAsync(call, item, cancellationToken) is not { } found)
        {
            return new(new ItemResult(item.Id, ItemState.Skipped, ItemReasons.NotFound, $"There is no workflow {item.Id}."));
        }

        if (DoneBefore(call, item, found) is { } done)
        {
            return done;
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

    private async Task<ItemDecision?> GoOnAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken) =>
        await ofOthers.FindAsync(call.JobId, item.Id, cancellationToken) is { } begun
            ? new(await ofOthers.GoOnAsync(call, begun, cancellationToken))
            : null;

    private async Task<WorkflowSnapshot?> LookAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken) =>
        await inspector.InspectAsync(call.Client, item.Id, await index.GetAsync(item.Id, cancellationToken), cancellationToken);

    /// <summary>The same job may have been here before: the order tells, and answers as it did then.</summary>
    private static ItemDecision? DoneBefore(ResetCall call, ItemRef item, WorkflowSnapshot found) =>
        found.Subject.Order is { } order && order.Attempts.Any(attempt => attempt.RunId == call.JobId && attempt.JobItem == item.Id)
            ? new(null, new(order.OrderId, item.Id))
            : null;

    private async Task<ItemDecision> GuardAsync(ResetCall call, ItemRef item, Func<Task<ItemDecision>> act)
    {
        try
        {
            return await act();
        }
        catch (PreconditionFailedException)
        {
            // A call that was given up is at work on it all the same: it is looked at again.
            return Pending(item);
        }
        catch (Exception e) when (ItemFault.IsItsOwn(e))
        {
            logger.WorkflowNotReset(e, call.JobId, item.Id);
            return new(new ItemResult(item.Id, ItemState.Failed, ItemReasons.ProcessingFailed, e.Message));
        }
    }

    private static ItemDecision Pending(ItemRef item) => new(new ItemResult(item.Id, ItemState.Pending));
}

/// <summary>Whose fault an exception is: one workflow's own, which repeating does not mend, or that of what all of them need.</summary>
internal static class ItemFault
{
    /// <summary>False for an outage, and for what is not known: the whole call is to fail, so that it is repeated.</summary>
    public static bool IsItsOwn(Exception exception) => exception switch
    {
        ObjectDisposedException => false, // The host is being stopped.
        RequestFailedException => !StorageFault.IsUnavailable(exception),
        BrokenRowException or JsonException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException => true,
        _ => false,
    };
}
