using Reprocessing.Storage.Leases;

namespace Reprocessing.Functions.DeadLetters;

internal sealed class DeadLetterJob(
    JobOperation operation,
    IJobStore jobs,
    ILeases leases,
    IDeadLetterCommands commands,
    DeadLetterWatch watch,
    RestartStarter starter,
    INotifications notifications,
    IAuditLog audit,
    ReprocessingMetrics metrics) : IJobKind
{
    public JobOperation Operation => operation;

    public ItemAttempts Attempts(string? options) => DeadLetterOptions.Use(operation, options).ToAttempts();

    /// <summary>In chunks of few shards and held for the job. A purge holds none: the orders of resolved entries live on and belong to others.</summary>
    public async Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken)
    {
        var slice = await jobs.SelectAsync(request.JobId, request.Limit, request.ChunkSize, request.Cursor, cancellationToken);
        List<ItemRef> items = [.. slice.Chunks.SelectMany(chunk => chunk.Items)];
        if (operation != JobOperation.Purge)
        {
            var held = await leases.AcquireAsync(
                request.JobId, items.ConvertAll(item => item.Id), request.ReserveUntil, DeadLetterOptions.Use(operation, request.Options).Holds, cancellationToken);
            metrics.LeasesAsked(held.Count, items.Count - held.Count);
        }

        return slice with { Chunks = leases.ByShard(items, request.ChunkSize) };
    }

    /// <summary>Stored before anything is started. The decision of a start that is not accepted stands, as the answer alone may be lost: repeated under its id it is one start, decided anew two.</summary>
    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var action = await jobs.GetActionAsync(request.JobId, cancellationToken);
        var command = DeadLetterOptions.Use(operation, request.Options).ToCommand(action, request.HoldUntil, notifications.AreWanted);
        var done = await commands.HandleAsync(command, request.Items, cancellationToken);
        var left = await starter.StartAllAsync(client, [.. done.Select(item => item.Start).OfType<OrderStart>()], cancellationToken);
        if (left.Count > 0 && request.HoldUntil is not null)
        {
            // The job is done with them: whoever finishes the start, or works on the order after it, must not have to wait for the job.
            await commands.HandleAsync(new AbandonCommand(action), [.. request.Items.Where(item => left.ContainsKey(item.Id))], cancellationToken);
        }

        if (command is ResolveCommand)
        {
            await notifications.EscalatedAsync(client, done, cancellationToken);
        }

        await RecordAsync(action, request.Items, done, cancellationToken);
        return [.. done.Select(item => left.ContainsKey(item.Result.Id) ? item.Result.NotStarted() : item.Result)];
    }

    public Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        watch.WatchAsync(request, cancellationToken);

    /// <summary>Among the items may be some that a call has retried which died before it could say so.</summary>
    public async Task<IReadOnlyList<ItemResult>> AbandonAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        var action = await jobs.GetActionAsync(request.JobId, cancellationToken);
        var done = await commands.HandleAsync(new AbandonCommand(action), request.Items, cancellationToken);
        await RecordAsync(action, request.Items, done, cancellationToken);
        return [.. done.Select(item => item.Result)];
    }

    private async Task RecordAsync(
        AuditedAction action, IReadOnlyList<ItemRef> items, IReadOnlyList<CommandResult> done, CancellationToken cancellationToken)
    {
        List<AuditEvent> events = [.. items.Zip(done, (item, result) => EventOf(action, item, result)).OfType<AuditEvent>()];
        if (events.Count > 0)
        {
            await audit.AddAllAsync(events, cancellationToken);
        }
    }

    /// <summary>With the time that the command itself has stored: a repeated call finds it there, and writes the same.</summary>
    private AuditEvent? EventOf(AuditedAction action, ItemRef item, CommandResult done)
    {
        return (operation, done) switch
        {
            (JobOperation.Retry or JobOperation.Restart, { Order.Attempts: var attempts })
                when attempts.LastOrDefault(made => made.RunId == action.JobId && made.JobAttempt == item.Attempt) is { } attempt =>
                Event(operation == JobOperation.Retry ? "dead_letter.retried" : "order.restarted", attempt.RequestedAt, $"workflow {attempt.WorkflowId}, "),
            (JobOperation.DeadLetter, { Result.State: ItemState.Succeeded, Entry: { MovedToQueueAt: var at } entry })
                when entry.MovedBy == action.By => Event(OrderCommand.DeadLettered.Action, at, string.Empty),
            // Cancelled by somebody else the order has another version than the one after that which the plan has seen.
            (JobOperation.Cancel, { Result.State: ItemState.Succeeded, Order: { UpdatedAt: var at } order })
                when (order with { Version = order.Version - 1 }).Stamp == item.ExpectedVersion => Event(OrderCommand.Cancelled.Action, at, string.Empty),
            (JobOperation.Resolve, { Result.State: ItemState.Succeeded, Entry: { Resolution: { } resolution, ResolvedAt: { } at } entry })
                when entry.ResolvedBy == action.Owner => Event("dead_letter.resolved", at, $"{EnumNames.Of(resolution)}, "),
            (JobOperation.Purge, { Result.State: ItemState.Succeeded, Order: { PurgedAt: { } at } order })
                when order.PurgedBy == action.Owner => Event("dead_letter.purged", at, string.Empty),
            _ => null,
        };

        AuditEvent Event(string name, DateTimeOffset at, string what) =>
            new(string.Create(CultureInfo.InvariantCulture, $"{action.JobId}-{item.Id}-{item.Attempt}"), at, action.By, name, item.Id)
            {
                Reason = action.Reason,
                Detail = $"{what}by {action.JobId}",
            };
    }
}

internal sealed class DeadLetterWatch(IOrderStore orders, ILeases leases, TimeProvider time)
{
    private const int ReadsAtOnce = 16;

    public async Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        var found = await request.Items.SelectParallelAsync(ReadsAtOnce, (item, token) => orders.GetAsync(item.Id, token), cancellationToken);
        await HoldAsync(request, found, cancellationToken);
        return [.. request.Items.Zip(found).Select(pair => Result(request.JobId, pair.First, pair.Second))];
    }

    internal static ItemResult Result(string jobId, ItemRef item, Order? order)
    {
        var attempt = order?.Attempts.LastOrDefault(made => made.RunId == jobId && made.JobAttempt == item.Attempt);
        var failed = new ItemResult(item.Id, ItemState.Failed, ItemReasons.ProcessingFailed) { WorkflowId = attempt?.WorkflowId };
        return (order, attempt) switch
        {
            (null, _) => failed with { Reason = ItemReasons.NotFound, Message = $"There is no order {item.Id}." },
            (_, null) => failed with { Message = $"Order {item.Id} knows of no such attempt." },
            (_, { Failure: { } failure }) => failed with { Message = failure.Reason, Fingerprint = failure.Fingerprint },
            _ when order.WorkflowId == attempt.WorkflowId && order.Phase == OrderPhase.Completed => failed with { State = ItemState.Succeeded, Reason = null },
            _ when order.WorkflowId == attempt.WorkflowId && order.HasActiveWorkflow => failed with { State = ItemState.Running, Reason = null },
            _ => failed with { Reason = ItemReasons.Superseded, Message = $"Order {item.Id} is {order.Status}." },
        };
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
