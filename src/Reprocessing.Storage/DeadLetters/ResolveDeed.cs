using Reprocessing.Domain.Notifications;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>One dead letter is closed without a restart.</summary>
internal sealed class ResolveDeed(ResolveRequest request, DateTimeOffset now)
{
    public Deed Decide(DeedSubject subject) => DeedLeases.LetGo(subject, Choose(subject), request.Act.Owner);

    private Deed Choose(DeedSubject subject)
    {
        if (IsDone(subject.Letter?.Entry))
        {
            return Deed.Settle(subject, new(subject.Id, ItemState.Succeeded) { Fingerprint = subject.Letter!.Entry.Fingerprint });
        }

        if (request.AlsoPurged && subject is { Letter: null, Stored.Order: { Phase: OrderPhase.DeadLetter, DeadLetteredAt: null } })
        {
            return CancelPurged(subject);
        }

        subject.Demand(request.Allows);
        if ((DeedChecks.Check(subject, request.Act.Owner, now) ?? DeedChecks.CheckOpen(subject, request.Resolution == DeadLetterResolution.Cancelled)) is { } refused)
        {
            return refused;
        }

        var order = subject.Stored!.Order;
        var transition = request.Resolution == DeadLetterResolution.Escalated
            ? DeadLetterTransitions.Escalate(order, request.Act, now)
            : DeadLetterTransitions.Cancel(order, request.Act, now);
        if (transition is not Transition.Applied applied)
        {
            return Deed.Skip(subject, ItemReasons.NotDeadLetter, $"Order {subject.Id} is {order.Status} and has no open dead letter.");
        }

        var entry = subject.Letter!.Entry.Resolve(request.Resolution, request.Act, applied.Order, now);
        if (request.Note is { } note)
        {
            entry = entry.WithNote(new(note, request.Act.By, now), applied.Order);
        }

        var actions = new OrderChange(subject.Partition, subject.Stored, applied.Order, applied.Events, null).Actions();
        actions.Add(DeadLetterChange.Update(subject.Partition, subject.Letter, entry));
        if (request.TellsOutside && request.Resolution == DeadLetterResolution.Escalated)
        {
            actions.Add(NoticeRows.Action(subject.Partition, Notification.Escalated(entry)));
        }

        var result = new ItemResult(subject.Id, ItemState.Succeeded) { Fingerprint = entry.Fingerprint };
        return new Deed.Act(new ActedItem(result) { Order = applied.Order, Entry = entry }, actions);
    }

    /// <summary>There is no entry any more; the order is a dead letter all the same.</summary>
    private Deed CancelPurged(DeedSubject subject)
    {
        var order = subject.Stored!.Order;
        if (DeedChecks.CheckLease(subject, request.Act.Owner, now) is { } refused)
        {
            return refused;
        }

        return DeadLetterTransitions.Cancel(order, request.Act, now) is Transition.Applied applied
            ? new Deed.Act(
                new ActedItem(new(subject.Id, ItemState.Succeeded)) { Order = applied.Order },
                new OrderChange(subject.Partition, subject.Stored, applied.Order, applied.Events, null).Actions())
            : Deed.Skip(subject, ItemReasons.NotDeadLetter, $"Order {subject.Id} is {order.Status}.");
    }

    /// <summary>By this job, or by this very call whose answer got lost.</summary>
    private bool IsDone(DeadLetterEntry? entry) =>
        entry is { Resolution: { } resolution } && resolution == request.Resolution
        && entry.ResolvedBy == request.Act.Owner && (request.Act.JobId is not null || entry.ResolvedAt == now);
}

/// <summary>One entry is deleted. Its order keeps its phase, and remembers by whom until it becomes a dead letter again.</summary>
internal sealed class PurgeDeed(PurgeRequest request, DateTimeOffset now)
{
    public Deed Decide(DeedSubject subject)
    {
        var order = subject.Stored!.Order;
        if (order.DeadLetteredAt is null && order.PurgedBy == request.Act.Owner)
        {
            return Deed.Settle(subject, new(subject.Id, ItemState.Succeeded));
        }

        if (DeedChecks.Check(subject, request.Act.Owner, now) is { } refused)
        {
            return refused;
        }

        if (subject.Letter!.Entry.Resolution is null && !request.Force)
        {
            return Deed.Skip(subject, ItemReasons.NotResolved, $"The dead letter of order {subject.Id} is not resolved.");
        }

        if (DeadLetterTransitions.Purge(order, request.Act, now) is not Transition.Applied applied)
        {
            return Deed.Skip(subject, ItemReasons.NotDeadLetter, $"Order {subject.Id} is {order.Status} and has no dead letter.");
        }

        var actions = new OrderChange(subject.Partition, subject.Stored, applied.Order, applied.Events, null).Actions();
        actions.Add(DeadLetterChange.Delete(subject.Partition, subject.Letter));
        return new Deed.Act(new ActedItem(new(subject.Id, ItemState.Succeeded)) { Order = applied.Order }, actions);
    }
}
