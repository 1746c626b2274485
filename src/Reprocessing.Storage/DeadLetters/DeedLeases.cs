using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>What a job leaves alone it also lets go of: it reserved the order before it could look at it.</summary>
internal static class DeedLeases
{
    public static Deed LetGo(DeedSubject subject, Deed deed, string owner)
    {
        if (deed is not Deed.Settled { Item: { Result.State: ItemState.Skipped } item } || subject.Stored is not { } stored)
        {
            return deed;
        }

        var freed = OrderLeases.Free(stored.Order, owner);
        return ReferenceEquals(freed, stored.Order)
            ? deed
            : new Deed.Act(item with { Order = freed }, new OrderChange(subject.Partition, stored, freed, [], null).Actions());
    }
}
