namespace Reprocessing.Storage.DeadLetters;

internal static class DeadLetterDecisions
{
    public static Decision Decide(CommandContext context, DeadLetterCommand command, DateTimeOffset now) => command switch
    {
        RequeueCommand requeue => Requeue(context, requeue, now),
        ResolveCommand { Resolution: not DeadLetterResolution.ManualRetry } resolve => Resolve(context, resolve, now),
        PurgeCommand purge => Purge(context, purge, now),
        AbandonCommand abandon => Abandon(context, abandon.Action, now),
        MoveCommand move => FreeIfSkipped(context, move.Action.Owner, Move(context, move.Action, now)),
        CancelCommand cancel => FreeIfSkipped(context, cancel.Action.Owner, Cancel(context, cancel.Action, now)),
        AddNoteCommand note => AddNote(context, note, now),
        ResetCommand reset => Reset(context, reset, now),
        _ => throw new ArgumentException($"Nothing does '{command}'.", nameof(command)),
    };

    /// <summary>A job's first attempt requeues the dead letter; a later one restarts the order that failed under it.</summary>
    private static Decision Requeue(CommandContext context, RequeueCommand command, DateTimeOffset now)
    {
        var made = command.Action.JobId is { } jobId
            ? context.Order.Attempts.FirstOrDefault(attempt => attempt.RunId == jobId && attempt.JobAttempt >= context.Item.Attempt)
            : context.Letter?.Entry is { Resolution: DeadLetterResolution.ManualRetry } entry && entry.ResolvedAt == now && entry.ResolvedBy == command.Action.Owner
                ? context.Order.Attempts[^1]
                : null;
        return FreeIfSkipped(context, command.Action.Owner, made is not null ? context.StartedBefore(made.WorkflowId)
            : context.Item.Attempt > 1 ? Restart(context, command, now)
            : command.IsOfFailing ? RestartFailing(context, command, now)
            : RequeueOpen(context, command, now));
    }

    private static Decision Resolve(CommandContext context, ResolveCommand command, DateTimeOffset now)
    {
        // By this job, or by this very call whose answer got lost.
        var isDone = context.Letter is { Entry: { Resolution: { } resolution } entry } && resolution == command.Resolution
            && entry.ResolvedBy == command.Action.Owner && (command.Action.JobId is not null || entry.ResolvedAt == now);
        return FreeIfSkipped(context, command.Action.Owner, isDone
            ? context.Settle(new(context.Id, ItemState.Succeeded) { Fingerprint = context.Letter!.Entry.Fingerprint })
            : ResolveOpen(context, command, now));
    }

    /// <summary>The entry is deleted. Its order keeps its phase, and remembers by whom until it becomes a dead letter again.</summary>
    private static Decision Purge(CommandContext context, PurgeCommand command, DateTimeOffset now)
    {
        var (order, action) = (context.Order, command.Action);
        if (order.DeadLetteredAt is null && order.PurgedBy == action.Owner)
        {
            return context.Succeed();
        }

        return context.Check(action.Owner, now)
            ?? (context.Letter!.Entry.Resolution is null && !command.Force
                ? context.Skip(ItemReasons.NotResolved, $"The dead letter of order {context.Id} is not resolved.")
                : DeadLetterTransitions.Purge(order, action, now) is Transition.Applied applied
                ? context.Store(new(context.Id, ItemState.Succeeded), applied, entry: null, DeadLetterChange.Delete(context.Partition, context.Letter))
                : context.Skip(ItemReasons.NotDeadLetter, $"Order {context.Id} is {order.Status} and has no dead letter."));
    }

    /// <summary>A job lets go of the order: what it took from the queue and failed under it goes back there, all else is freed as it is.</summary>
    private static Decision Abandon(CommandContext context, AuditedAction action, DateTimeOffset now)
    {
        var order = context.Order;
        if (order.Attempts.All(attempt => attempt.RunId != action.Owner))
        {
            return context.Free(new(context.Id, ItemState.Pending), action.Owner);
        }

        var isOurs = order.Attempts[^1].RunId == action.Owner;
        switch (order.Phase)
        {
            case OrderPhase.Completed when isOurs:
                return context.Free(new(context.Id, ItemState.Succeeded) { WorkflowId = order.WorkflowId }, action.Owner);
            case OrderPhase.DeadLetter:
                return context.Settle(Exhausted(order));
            case OrderPhase.Failed when isOurs && IsFromQueue(order, action) && order.Lease?.Excludes(action.Owner, now) != true:
                return DeadLetterTransitions.Move(order, action, now) is Transition.Applied applied
                    ? StoreMove(context, action, applied, Exhausted(applied.Order))
                    : context.Settle(Exhausted(order));
            case OrderPhase.Failed:
                return context.Free(Exhausted(order), action.Owner);
            default:
                var message = $"Order {context.Id} is {order.Status}.";
                return context.Free(new(context.Id, ItemState.Failed, ItemReasons.TimedOut, message) { WorkflowId = order.WorkflowId }, action.Owner);
        }
    }

    /// <summary>A requeue begins a generation: the n-th attempt of its job is the n-th of that.</summary>
    private static bool IsFromQueue(Order order, AuditedAction action) =>
        order.Attempts.First(attempt => attempt.RunId == action.Owner) is { Number: var number, JobAttempt: var made } && number == made - 1;

    private static Decision Cancel(CommandContext context, AuditedAction action, DateTimeOffset now) => context.Order.Phase == OrderPhase.Cancelled
        ? context.Succeed()
        : context.CheckFailed(action.Owner, now) ?? OrderTransitions.Cancel(context.Order, action, now) switch
        {
            Transition.Applied applied => context.Store(new(context.Id, ItemState.Succeeded), applied, entry: null),
            Transition.Refused refused => context.Skip(EnumNames.Of(refused.Reason), refused.Message),
            _ => context.Succeed(),
        };

    private static Decision Move(CommandContext context, AuditedAction action, DateTimeOffset now) =>
        MoveGuard(context, action, now) ?? DeadLetterTransitions.Move(context.Order, action, now) switch
        {
            Transition.Refused refused => context.Skip(EnumNames.Of(refused.Reason), refused.Message),
            Transition.Applied applied => StoreMove(context, action, applied, new(context.Id, ItemState.Succeeded)),
            _ => context.Succeed(),
        };

    /// <summary>People move what has an active workflow that has not begun; a job moves what it has selected as failed.</summary>
    private static Decision? MoveGuard(CommandContext context, AuditedAction action, DateTimeOffset now) =>
        action.JobId is null || context.Order.IsOpenDeadLetter ? context.CheckLease(action.Owner, now) : context.CheckFailed(action.Owner, now);

    private static Decision AddNote(CommandContext context, AddNoteCommand command, DateTimeOffset now)
    {
        if (context.Letter is not { } letter)
        {
            return context.Skip(ItemReasons.NotFound, $"Order {context.Id} has no dead letter.");
        }

        // A call whose answer got lost is sent again by the client's pipeline, and finds its own note.
        var note = new DeadLetterNote(command.Text, command.Action.By, now);
        if (letter.Entry.Notes is [.., var last] && last == note)
        {
            return context.Succeed();
        }

        context.CheckPrecondition(command.Allows);
        var applied = OrderTransitions.Note(context.Order, note.Text, note.At, note.Author);
        var noted = letter.Entry.WithNote(note, applied.Order);
        return context.Store(new(context.Id, ItemState.Succeeded), applied, noted, DeadLetterChange.Update(context.Partition, letter, noted));
    }

    private static Decision Reset(CommandContext context, ResetCommand command, DateTimeOffset now)
    {
        var (order, workflowId, action) = (context.Order, context.Item.ExpectedVersion, command.Action);
        if (order.Attempts.FirstOrDefault(attempt => attempt.RunId == action.JobId && attempt.JobItem == workflowId) is { } made)
        {
            return context.StartedBefore(made.WorkflowId);
        }

        var open = context.Letter?.Entry is { Resolution: null } entry ? entry : null;
        return context.CheckLease(action.Owner, now) ?? ResetTransitions.Reset(order, workflowId, command.Rule, action, now) switch
        {
            Transition.Applied applied => context.Start(applied, open?.Resolve(DeadLetterResolution.ManualRetry, action, applied.Order, now)),
            Transition.Refused { Reason: not Refusal.Ended } refused => context.Skip(EnumNames.Of(refused.Reason), refused.Message),
            Transition.Refused refused => context.Skip(order.Phase == OrderPhase.Completed ? ItemReasons.Completed : ItemReasons.Cancelled, refused.Message),
            var other => throw new InvalidOperationException($"A reset came to {other}."),
        };
    }

    /// <summary>What a job leaves alone it also lets go of: it reserved the order before it could look at it.</summary>
    private static Decision FreeIfSkipped(CommandContext context, string owner, Decision decision) =>
        decision.Result.Result is { State: ItemState.Skipped } skipped ? context.Free(skipped, owner) : decision;

    private static Decision RequeueOpen(CommandContext context, RequeueCommand command, DateTimeOffset now)
    {
        context.CheckPrecondition(command.Allows);
        return context.Check(command.Action.Owner, now)
            ?? context.CheckOpen(alsoEscalated: true)
            ?? CheckGuard(context, command.Force)
            ?? (DeadLetterTransitions.Requeue(context.Order, Asked(context, command), command.Action, now) is Transition.Applied applied
                ? context.Start(applied, Resolved(context, DeadLetterResolution.ManualRetry, command.Action, command.Note, applied.Order, now))
                : context.Skip(ItemReasons.NotDeadLetter, $"Order {context.Id} is {context.Order.Status} and has no open dead letter."));
    }

    private static Decision RestartFailing(CommandContext context, RequeueCommand command, DateTimeOffset now) =>
        context.CheckFailed(command.Action.Owner, now) ?? CheckGuard(context, command.Force) ?? Restart(context, command, now);

    private static Decision? CheckGuard(CommandContext context, bool force) => RetryGuard.Check(context.Order, force) switch
    {
        null => null,
        ItemReasons.PermanentFailure => context.Skip(
            ItemReasons.PermanentFailure, $"Order {context.Id} failed for good ({context.Order.Failure?.Status}): the same again would fail again."),
        var reason => context.Skip(reason, $"Order {context.Id} came back to the queue {context.Order.DeadLetterCount - 1} times."),
    };

    private static Decision Restart(CommandContext context, RequeueCommand command, DateTimeOffset now) =>
        context.CheckLease(command.Action.Owner, now) ?? DeadLetterTransitions.Restart(context.Order, Asked(context, command), command.Action, now) switch
        {
            Transition.Applied applied => context.Start(applied, resolved: null),
            Transition.Refused { Reason: Refusal.ActiveWorkflow } refused => context.Skip(ItemReasons.ActiveWorkflow, refused.Message),
            _ => context.Skip(ItemReasons.ChangedSincePlan, $"Order {context.Id} is {context.Order.Status}: somebody else has dealt with it."),
        };

    private static RestartRequest Asked(CommandContext context, RequeueCommand command) => new()
    {
        JobAttempt = context.Item.Attempt,
        Modifications = command.Modifications,
        HoldUntil = command.HoldUntil,
    };

    private static Decision ResolveOpen(CommandContext context, ResolveCommand command, DateTimeOffset now)
    {
        var (order, action) = (context.Order, command.Action);
        if (command.AlsoPurged && context is { Letter: null, Order: { Phase: OrderPhase.DeadLetter, DeadLetteredAt: null } })
        {
            // There is no entry any more; the order is a dead letter all the same.
            return context.CheckLease(action.Owner, now) ?? (DeadLetterTransitions.Cancel(order, action, now) is Transition.Applied cancelled
                ? context.Store(new(context.Id, ItemState.Succeeded), cancelled, entry: null)
                : context.Skip(ItemReasons.NotDeadLetter, $"Order {context.Id} is {order.Status}."));
        }

        context.CheckPrecondition(command.Allows);
        var escalates = command.Resolution == DeadLetterResolution.Escalated;
        if ((context.Check(action.Owner, now) ?? context.CheckOpen(alsoEscalated: !escalates)) is { } refused)
        {
            return refused;
        }

        var transition = escalates ? DeadLetterTransitions.Escalate(order, action, now) : DeadLetterTransitions.Cancel(order, action, now);
        if (transition is not Transition.Applied applied)
        {
            return context.Skip(ItemReasons.NotDeadLetter, $"Order {context.Id} is {order.Status} and has no open dead letter.");
        }

        var entry = Resolved(context, command.Resolution, action, command.Note, applied.Order, now);
        List<TableTransactionAction> letter = [DeadLetterChange.Update(context.Partition, context.Letter!, entry)];
        if (escalates && command.NotifiesExternally)
        {
            letter.Add(NotificationRows.Action(context.Partition, Notification.Escalated(entry)));
        }

        return context.Store(new(context.Id, ItemState.Succeeded) { Fingerprint = entry.Fingerprint }, applied, entry, letter);
    }

    private static DeadLetterEntry Resolved(
        CommandContext context, DeadLetterResolution resolution, AuditedAction action, string? note, Order order, DateTimeOffset now)
    {
        var entry = context.Letter!.Entry.Resolve(resolution, action, order, now);
        return note is null ? entry : entry.WithNote(new(note, action.By, now), order);
    }

    private static Decision StoreMove(CommandContext context, AuditedAction action, Transition.Applied applied, ItemResult result)
    {
        var entry = DeadLetterEntry.Of(applied.Order, action);
        return context.Store(result, applied, entry, DeadLetterChange.Move(context.Partition, context.Letter, entry));
    }

    private static ItemResult Exhausted(Order order) =>
        new(order.OrderId, ItemState.Failed, ItemReasons.RetriesExhausted, order.Failure?.Reason)
        {
            WorkflowId = order.WorkflowId,
            Fingerprint = order.Failure?.Fingerprint,
        };
}
