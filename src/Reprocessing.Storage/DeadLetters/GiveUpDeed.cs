using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>A job lets go of one order: what failed under it goes back to the queue, all else is freed as it is.</summary>
internal sealed class GiveUpDeed(Act act, DateTimeOffset now)
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
