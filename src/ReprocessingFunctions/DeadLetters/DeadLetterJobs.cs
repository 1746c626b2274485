using Reprocessing.Storage;
using Reprocessing.Storage.Leases;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>Takes dead letters up anew.</summary>
internal sealed class RetryDeadLetters(
    DeadLetterItems items, DeadLetterWatch watch, IDeadLetterCommands actions, RestartStarter starter, DeadLetterAudit audit) : IJobKind
{
    public JobOperation Operation => JobOperation.Retry;

    public ItemAttempts Attempts(string? options) => OptionsJson.Use<ReprocessOptions>(options).ToAttempts();

    public Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken) =>
        items.SelectAsync(request, reserve: true, cancellationToken);

    /// <summary>
    /// What is decided is stored before anything is started. An item whose start is not accepted has failed; its decision stands
    /// all the same, for the answer alone may have got lost: told again under the same id it is one start, taken back and decided anew two.
    /// </summary>
    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var options = OptionsJson.Use<ReprocessOptions>(request.Options);
        var act = await items.ActAsync(request.JobId, cancellationToken);
        var acted = await actions.RequeueAsync(
            new(act, options.Force, options.Modifications?.ToDomain()) { HoldUntil = request.HoldUntil }, request.Items, cancellationToken);
        var left = await starter.StartAllAsync(client, [.. acted.Select(item => item.Start).OfType<OrderStart>()], cancellationToken);
        if (left.Count > 0 && request.HoldUntil is not null)
        {
            // The job is done with them: whoever finishes the start, or works on the order after it, must not have to wait for the job.
            await items.AbandonAsync(request with { Items = [.. request.Items.Where(item => left.Contains(item.Id))] }, cancellationToken);
        }

        await audit.RetriedAsync(act, request.Items, acted, cancellationToken);
        return [.. acted.Select(item => left.Contains(item.Result.Id) ? item.Result.NotStarted() : item.Result)];
    }

    public Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        watch.LookAsync(request, cancellationToken);

    /// <summary>Among them may be what a call has taken up that died before it could tell.</summary>
    public async Task<IReadOnlyList<ItemResult>> AbandonAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        var act = await items.ActAsync(request.JobId, cancellationToken);
        var acted = await actions.AbandonAsync(act, request.Items, cancellationToken);
        await audit.RetriedAsync(act, request.Items, acted, cancellationToken);
        return [.. acted.Select(item => item.Result)];
    }
}

/// <summary>Closes dead letters without a restart.</summary>
internal sealed class ResolveDeadLetters(
    DeadLetterItems items, IDeadLetterCommands actions, INotifications notifications, DeadLetterAudit audit) : IJobKind
{
    public JobOperation Operation => JobOperation.Resolve;

    public Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken) =>
        items.SelectAsync(request, reserve: true, cancellationToken);

    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var options = OptionsJson.Use<ResolveOptions>(request.Options);
        var act = await items.ActAsync(request.JobId, cancellationToken);
        var resolve = new ResolveRequest(act, options.Resolution ?? DeadLetterResolution.Escalated, options.Notes)
        {
            NotifiesExternally = notifications.AreWanted,
        };
        var acted = await actions.ResolveAsync(resolve, request.Items, cancellationToken);
        await notifications.EscalatedAsync(client, acted, cancellationToken);
        await audit.ResolvedAsync(act, request.Items, acted, cancellationToken);
        return [.. acted.Select(item => item.Result)];
    }

    public Task<IReadOnlyList<ItemResult>> AbandonAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        items.AbandonAsync(request, cancellationToken);
}

/// <summary>Deletes dead-letter entries. It reserves nothing: the orders of resolved entries live on and belong to others.</summary>
internal sealed class PurgeDeadLetters(DeadLetterItems items, IDeadLetterCommands actions, DeadLetterAudit audit) : IJobKind
{
    public JobOperation Operation => JobOperation.Purge;

    public Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken) =>
        items.SelectAsync(request, reserve: false, cancellationToken);

    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var options = OptionsJson.Use<PurgeOptions>(request.Options);
        var act = await items.ActAsync(request.JobId, cancellationToken);
        var purged = await actions.PurgeAsync(new(act, options.Force), request.Items, cancellationToken);
        await audit.PurgedAsync(act, request.Items, purged, cancellationToken);
        return [.. purged.Select(item => item.Result)];
    }

    public Task<IReadOnlyList<ItemResult>> AbandonAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        items.AbandonAsync(request, cancellationToken);
}

/// <summary>What the kinds of jobs on dead letters have in common.</summary>
internal sealed class DeadLetterItems(IJobStore jobs, ILeases leases, IDeadLetterCommands actions)
{
    /// <summary>The next pending items, in chunks of few shards.</summary>
    /// <param name="reserve">Dead letters are kept for the job.</param>
    public async Task<ItemSlice> SelectAsync(SelectRequest request, bool reserve, CancellationToken cancellationToken)
    {
        var slice = await jobs.SelectAsync(request.JobId, request.Limit, request.ChunkSize, request.Cursor, cancellationToken);
        List<ItemRef> items = [.. slice.Chunks.SelectMany(chunk => chunk.Items)];
        if (reserve)
        {
            await leases.AcquireAsync(
                request.JobId, items.ConvertAll(item => item.Id), request.ReserveUntil, order => order.HasResolvableEntry, cancellationToken);
        }

        return slice with { Chunks = leases.ByShard(items, request.ChunkSize) };
    }

    /// <summary>Lets go of what the job holds.</summary>
    public async Task<IReadOnlyList<ItemResult>> AbandonAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        [.. (await actions.AbandonAsync(await ActAsync(request.JobId, cancellationToken), request.Items, cancellationToken)).Select(item => item.Result)];

    /// <summary>On whose behalf the job acts, and why.</summary>
    public async Task<AuditedAction> ActAsync(string jobId, CancellationToken cancellationToken) =>
        await jobs.GetAsync(jobId, cancellationToken) is { } job
            ? new(job.RequestedBy, job.Reason) { JobId = jobId }
            : new(jobId) { JobId = jobId };
}

/// <summary>Tells what became of the workflows that a job has started, from their orders.</summary>
internal sealed class DeadLetterWatch(IOrderStore orders, ILeases leases, TimeProvider time)
{
    private const int ReadsAtOnce = 16;

    public async Task<IReadOnlyList<ItemResult>> LookAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        var found = await request.Items.SelectParallelAsync(ReadsAtOnce, (item, token) => orders.GetAsync(item.Id, token), cancellationToken);
        await HoldAsync(request, found, cancellationToken);
        return [.. request.Items.Zip(found).Select(pair => Result(request.JobId, pair.First, pair.Second))];
    }

    internal static ItemResult Result(string jobId, ItemRef item, Order? order)
    {
        if (order is null)
        {
            return new(item.Id, ItemState.Failed, ItemReasons.NotFound, $"There is no order {item.Id}.");
        }

        if (order.Attempts.LastOrDefault(attempt => attempt.RunId == jobId && attempt.JobAttempt == item.Attempt) is not { } made)
        {
            return new(item.Id, ItemState.Failed, ItemReasons.ProcessingFailed, $"Order {item.Id} knows of no such attempt.");
        }

        var result = new ItemResult(item.Id, ItemState.Running) { WorkflowId = made.WorkflowId };
        if (made.Failure is { } failure)
        {
            return result with { State = ItemState.Failed, Reason = ItemReasons.ProcessingFailed, Message = failure.Reason, Fingerprint = failure.Fingerprint };
        }

        if (order.WorkflowId == made.WorkflowId && (order.HasActiveWorkflow || order.Phase == OrderPhase.Completed))
        {
            return order.Phase == OrderPhase.Completed ? result with { State = ItemState.Succeeded } : result;
        }

        return result with { State = ItemState.Failed, Reason = ItemReasons.Superseded, Message = $"Order {item.Id} is {order.Status}." };
    }

    /// <summary>Only what is half over: a lease that was made longer each time would cost a write an order a second.</summary>
    private async Task HoldAsync(ProcessRequest request, Order?[] found, CancellationToken cancellationToken)
    {
        if (request.HoldUntil is not { } until)
        {
            return;
        }

        var halfway = time.GetUtcNow() + ((until - time.GetUtcNow()) / 2);
        List<string> ending = [.. found.OfType<Order>().Where(order => IsHeld(order, request.JobId) && order.Lease!.Until < halfway).Select(order => order.OrderId)];
        if (ending.Count > 0)
        {
            await leases.AcquireAsync(request.JobId, ending, until, order => IsHeld(order, request.JobId), cancellationToken);
        }
    }

    private static bool IsHeld(Order order, string jobId) => order.Lease?.Owner == jobId && !order.HasEnded;
}

/// <summary>
/// Writes to the audit log what a job has done to each dead letter, with the time that the command itself has stored: a repeated call finds
/// it there, and writes the same.
/// </summary>
internal sealed class DeadLetterAudit(IAuditLog audit)
{
    public Task RetriedAsync(AuditedAction act, IReadOnlyList<ItemRef> items, IReadOnlyList<CommandResult> acted, CancellationToken cancellationToken) =>
        PublishAsync(items, acted, (item, one) =>
            one.Order?.Attempts.LastOrDefault(made => made.RunId == act.JobId && made.JobAttempt == item.Attempt) is { } attempt
                ? Event(act, item, "dead_letter.retried", attempt.RequestedAt, $"workflow {attempt.WorkflowId}")
                : null, cancellationToken);

    public Task ResolvedAsync(AuditedAction act, IReadOnlyList<ItemRef> items, IReadOnlyList<CommandResult> acted, CancellationToken cancellationToken) =>
        PublishAsync(items, acted, (item, one) =>
            one is { Result.State: ItemState.Succeeded, Entry: { Resolution: { } resolution, ResolvedAt: { } at } entry } && entry.ResolvedBy == act.Owner
                ? Event(act, item, "dead_letter.resolved", at, EnumNames.Of(resolution))
                : null, cancellationToken);

    public Task PurgedAsync(AuditedAction act, IReadOnlyList<ItemRef> items, IReadOnlyList<CommandResult> acted, CancellationToken cancellationToken) =>
        PublishAsync(items, acted, (item, one) =>
            one is { Result.State: ItemState.Succeeded, Order: { PurgedAt: { } at } order } && order.PurgedBy == act.Owner
                ? Event(act, item, "dead_letter.purged", at, null)
                : null, cancellationToken);

    private async Task PublishAsync(
        IReadOnlyList<ItemRef> items, IReadOnlyList<CommandResult> acted, Func<ItemRef, CommandResult, AuditEvent?> eventOf, CancellationToken cancellationToken)
    {
        List<AuditEvent> events = [.. items.Zip(acted, eventOf).OfType<AuditEvent>()];
        if (events.Count > 0)
        {
            await audit.AddAllAsync(events, cancellationToken);
        }
    }

    private static AuditEvent Event(AuditedAction act, ItemRef item, string action, DateTimeOffset at, string? what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{act.JobId}-{item.Id}-{item.Attempt}"), at, act.By, action, item.Id)
        {
            Reason = act.Reason,
            Detail = what is null ? $"by {act.JobId}" : $"{what}, by {act.JobId}",
        };
}
