namespace Reprocessing.Storage.DeadLetters;

internal sealed record Decision(CommandResult Result)
{
    /// <summary>The rows to store before the result is true; none when nothing is to be stored.</summary>
    public IReadOnlyList<TableTransactionAction> Actions { get; init; } = [];

    /// <summary>The order has changed while it was decided on.</summary>
    public bool IsStale { get; init; }
}

internal sealed record CommandContext(ItemRef Item, string Partition, StoredOrder Stored, StoredDeadLetter? Letter)
{
    public string Id => Item.Id;

    public Order Order => Stored.Order;

    public Decision Settle(ItemResult result) => new(new CommandResult(result) { Order = Order, Entry = Letter?.Entry });

    public Decision Skip(string reason, string message) => Settle(new(Id, ItemState.Skipped, reason, message));

    public Decision Succeed() => Settle(new(Id, ItemState.Succeeded));

    public Decision Store(ItemResult result, Transition.Applied applied, DeadLetterEntry? entry, params IEnumerable<TableTransactionAction> letter) =>
        new(new CommandResult(result) { Order = applied.Order, Entry = entry })
        {
            Actions = [.. new OrderChange(Partition, Stored, applied.Order, applied.Events, null).Actions(), .. letter],
        };

    public Decision Start(Transition.Applied applied, DeadLetterEntry? resolved)
    {
        // Read before anything is stored: an order that cannot be started must not be restarted.
        var start = Stored.StartOf(applied.Order);
        var decision = Store(
            Started(applied.Order, start.WorkflowId),
            applied,
            resolved ?? Letter?.Entry,
            resolved is null ? [] : [DeadLetterChange.Update(Partition, Letter!, resolved)]);
        return decision with { Result = decision.Result with { Start = start } };
    }

    /// <summary>The workflow was stored by an earlier call, and is to start unless it has begun.</summary>
    public Decision StartedBefore(string workflowId)
    {
        var isWaiting = Order.Phase == OrderPhase.PendingRetry && Order.WorkflowId == workflowId;
        var settled = Settle(Started(Order, workflowId));
        return settled with { Result = settled.Result with { Start = isWaiting ? Stored.ReadStart() : null } };
    }

    public Decision Free(ItemResult result, string owner)
    {
        var freed = OrderLeases.Free(Order, owner);
        return ReferenceEquals(freed, Order)
            ? Settle(result)
            : Store(result, new(freed, []), Letter?.Entry);
    }

    public void CheckPrecondition(Func<string, bool>? allows)
    {
        if (allows is not null && Letter is not null && !allows(Letter.ETag.ToString()))
        {
            throw new PreconditionFailedException($"The dead letter of order {Id} has changed.");
        }
    }

    public Decision? CheckLease(string owner, DateTimeOffset now) => Order.Lease is { } lease && lease.Excludes(owner, now)
        ? Skip(ItemReasons.Leased, lease.Describe(Id))
        : null;

    /// <summary>What keeps any command from an item; null when nothing does.</summary>
    /// <remarks>Whoever holds the order is at work on it, so what the plan has seen may be changing: the hold is the better answer.</remarks>
    public Decision? Check(string owner, DateTimeOffset now) => CheckLease(owner, now) ?? Letter?.Entry switch
    {
        null when Order.PurgedBy is not null => Skip(ItemReasons.NotFound, $"The dead letter of order {Id} was purged."),
        null => Skip(ItemReasons.NotDeadLetter, $"Order {Id} is {Order.Status} and has no dead letter."),
        var entry when Item.ExpectedVersion.Length > 0 && Item.ExpectedVersion != entry.Stamp =>
            Skip(ItemReasons.ChangedSincePlan, $"The dead letter of order {Id} has changed since it was selected."),
        _ => null,
    };

    /// <summary>What keeps a job from an order that is no dead letter; null when nothing does.</summary>
    public Decision? CheckFailed(string owner, DateTimeOffset now) => CheckLease(owner, now)
        ?? (Order.HasActiveWorkflow ? Skip(ItemReasons.ActiveWorkflow, $"Order {Id} is {Order.Status}: a workflow has it.")
            : Item.ExpectedVersion.Length > 0 && Item.ExpectedVersion != Order.Stamp ? Skip(ItemReasons.ChangedSincePlan, $"Order {Id} has changed since it was selected.")
            : null);

    public Decision? CheckOpen(bool alsoEscalated) =>
        Letter is { Entry: { Resolution: { } resolution } entry } && !(alsoEscalated && resolution == DeadLetterResolution.Escalated)
            ? Skip(
                ItemReasons.AlreadyResolved,
                $"The dead letter of order {Id} was resolved as {EnumNames.Of(resolution)} by {entry.ResolvedBy} at {entry.ResolvedAt:O}.")
            : null;

    private static ItemResult Started(Order order, string workflowId) => new(order.OrderId, ItemState.Succeeded)
    {
        WorkflowId = workflowId,
        Fingerprint = order.Attempts
            .TakeWhile(attempt => attempt.WorkflowId != workflowId)
            .LastOrDefault(attempt => attempt.Failure is not null)?.Failure?.Fingerprint,
    };
}
