namespace Reprocessing.Storage.DeadLetters;

/// <summary>
/// One order is started anew. A job's first go takes the dead letter up; a further one restarts the order that failed under it. The
/// attempts on the order tell whether this go was made already.
/// </summary>
internal sealed class TakeUpDeed(TakeUpRequest request, DateTimeOffset now)
{
    public Deed Decide(DeedSubject subject) => DeedLeases.LetGo(subject, Choose(subject), request.Act.Owner);

    private Deed Choose(DeedSubject subject)
    {
        if (DoneBefore(subject) is { } done)
        {
            return done;
        }

        return subject.Item.Attempt > 1 ? Restart(subject) : TakeUp(subject);
    }

    private Deed.Settled? DoneBefore(DeedSubject subject)
    {
        var stored = subject.Stored!;
        var made = request.Act.JobId is { } jobId
            ? stored.Order.Attempts.FirstOrDefault(attempt => attempt.RunId == jobId && attempt.JobAttempt >= subject.Item.Attempt)
            : subject.Letter?.Entry is { Resolution: DeadLetterResolution.ManualRetry } entry && entry.ResolvedAt == now && entry.ResolvedBy == request.Act.Owner
                ? stored.Order.Attempts[^1]
                : null;
        if (made is null)
        {
            return null;
        }

        var isWaiting = stored.Order.Phase == OrderPhase.PendingRetry && stored.Order.WorkflowId == made.WorkflowId;
        var settled = Deed.Settle(subject, Started(stored.Order, made.WorkflowId));
        return new(settled.Item with { Start = isWaiting ? stored.ReadStart() : null });
    }

    private Deed TakeUp(DeedSubject subject)
    {
        subject.Demand(request.Allows);
        if ((DeedChecks.Check(subject, request.Act.Owner, now) ?? DeedChecks.CheckOpen(subject, alsoEscalated: true)) is { } refused)
        {
            return refused;
        }

        var order = subject.Stored!.Order;
        if (RetryGuard.Check(order, request.Force) is { } reason)
        {
            return Deed.Skip(subject, reason, reason == ItemReasons.PermanentFailure
                ? $"Order {subject.Id} failed for good ({order.Failure?.Status}): the same again would fail again."
                : $"Order {subject.Id} came back to the queue {order.DeadLetterCount - 1} times.");
        }

        if (DeadLetterTransitions.Requeue(order, Asked(subject), request.Act, now) is not Transition.Applied applied)
        {
            return NotOpen(subject);
        }

        var entry = subject.Letter!.Entry.Resolve(DeadLetterResolution.ManualRetry, request.Act, applied.Order, now);
        if (request.Note is { } note)
        {
            entry = entry.WithNote(new(note, request.Act.By, now), applied.Order);
        }

        return Act(subject, applied, entry);
    }

    private Deed Restart(DeedSubject subject)
    {
        var order = subject.Stored!.Order;
        if (order.Lease is { } lease && lease.Excludes(request.Act.Owner, now))
        {
            return Deed.Skip(subject, ItemReasons.Leased, $"Order {subject.Id} belongs to {lease.Owner} until {lease.Until:O}.");
        }

        return DeadLetterTransitions.Restart(order, Asked(subject), request.Act, now) switch
        {
            Transition.Applied applied => Act(subject, applied, entry: null),
            Transition.Refused { Reason: Refusal.ActiveWorkflow } refused => Deed.Skip(subject, ItemReasons.ActiveWorkflow, refused.Message),
            _ => Deed.Skip(subject, ItemReasons.ChangedSincePlan, $"Order {subject.Id} is {order.Status}: somebody else has dealt with it."),
        };
    }

    private static Deed.Act Act(DeedSubject subject, Transition.Applied applied, DeadLetterEntry? entry)
    {
        // Read before anything is stored: an order that cannot be started must not be restarted.
        var start = subject.Stored!.StartOf(applied.Order);
        var actions = new OrderChange(subject.Partition, subject.Stored, applied.Order, applied.Events, null).Actions();
        if (entry is not null)
        {
            actions.Add(DeadLetterChange.Update(subject.Partition, subject.Letter!, entry));
        }

        return new(
            new ActedItem(Started(applied.Order, start.WorkflowId)) { Start = start, Order = applied.Order, Entry = entry ?? subject.Letter?.Entry },
            actions);
    }

    private RestartRequest Asked(DeedSubject subject) => new()
    {
        JobAttempt = subject.Item.Attempt,
        Modifications = request.Modifications,
        HoldUntil = request.HoldUntil,
    };

    private static ItemResult Started(Order order, string workflowId) => new(order.OrderId, ItemState.Succeeded)
    {
        WorkflowId = workflowId,
        Fingerprint = order.Attempts
            .TakeWhile(attempt => attempt.WorkflowId != workflowId)
            .LastOrDefault(attempt => attempt.Failure is not null)?.Failure?.Fingerprint,
    };

    private static Deed.Settled NotOpen(DeedSubject subject) => Deed.Skip(
        subject, ItemReasons.NotDeadLetter, $"Order {subject.Id} is {subject.Stored!.Order.Status} and has no open dead letter.");
}

/// <summary>A job lets go of one order: what failed under it goes back to the queue, all else is freed as it is.</summary>
internal sealed class GiveUpDeed(AuditedAction act, DateTimeOffset now)
{
    public Deed Decide(DeedSubject subject)
    {
        var order = subject.Stored!.Order;
        if (order.Attempts.All(attempt => attempt.RunId != act.Owner))
        {
            return Free(subject, new(subject.Id, ItemState.Pending));
        }

        var isOurs = order.Attempts[^1].RunId == act.Owner;
        return order.Phase switch
        {
            OrderPhase.Completed when isOurs => Free(subject, new(subject.Id, ItemState.Succeeded) { WorkflowId = order.WorkflowId }),
            OrderPhase.DeadLetter => Deed.Settle(subject, Exhausted(order)),
            OrderPhase.Failed when isOurs && order.Lease?.Excludes(act.Owner, now) != true => BackToQueue(subject),
            OrderPhase.Failed => Free(subject, Exhausted(order)),
            _ => Free(subject, new(subject.Id, ItemState.Failed, ItemReasons.TimedOut, $"Order {subject.Id} is {order.Status}.") { WorkflowId = order.WorkflowId }),
        };
    }

    private Deed BackToQueue(DeedSubject subject)
    {
        if (DeadLetterTransitions.Move(subject.Stored!.Order, act, now) is not Transition.Applied applied)
        {
            return Deed.Settle(subject, Exhausted(subject.Stored.Order));
        }

        var entry = DeadLetterEntry.Of(applied.Order, act);
        return new Deed.Act(
            new ActedItem(Exhausted(applied.Order)) { Order = applied.Order, Entry = entry },
            [
                .. new OrderChange(subject.Partition, subject.Stored, applied.Order, applied.Events, null).Actions(),
                .. DeadLetterChange.Move(subject.Partition, subject.Letter, entry),
            ]);
    }

    private Deed Free(DeedSubject subject, ItemResult result)
    {
        var freed = OrderLeases.Free(subject.Stored!.Order, act.Owner);
        return ReferenceEquals(freed, subject.Stored.Order)
            ? Deed.Settle(subject, result)
            : new Deed.Act(
                new ActedItem(result) { Order = freed, Entry = subject.Letter?.Entry },
                new OrderChange(subject.Partition, subject.Stored, freed, [], null).Actions());
    }

    private static ItemResult Exhausted(Order order) =>
        new(order.OrderId, ItemState.Failed, ItemReasons.RetriesExhausted, order.Failure?.Reason)
        {
            WorkflowId = order.WorkflowId,
            Fingerprint = order.Failure?.Fingerprint,
        };
}
