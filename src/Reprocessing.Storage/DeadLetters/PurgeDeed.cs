using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters;

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
