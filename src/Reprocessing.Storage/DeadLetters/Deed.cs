using Azure.Data.Tables;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>What is decided on one order and its entry.</summary>
internal abstract record Deed
{
    private Deed()
    {
    }

    /// <summary>Store the rows, and this is the answer.</summary>
    public sealed record Act(ActedItem Item, IReadOnlyList<TableTransactionAction> Actions) : Deed;

    /// <summary>Nothing is to be stored.</summary>
    public sealed record Settled(ActedItem Item) : Deed;

    public static Settled Skip(DeedSubject subject, string reason, string message) => Settle(subject, new(subject.Id, ItemState.Skipped, reason, message));

    public static Settled Settle(DeedSubject subject, ItemResult result) =>
        new(new ActedItem(result) { Order = subject.Stored?.Order, Entry = subject.Letter?.Entry });
}

/// <summary>An order and its entry as they are stored now.</summary>
/// <param name="Letter">Null when the order has none.</param>
internal sealed record DeedSubject(ItemRef Item, string Partition, StoredOrder? Stored, StoredDeadLetter? Letter)
{
    public string Id => Item.Id;

    /// <exception cref="PreconditionFailedException">The caller expects another entry.</exception>
    public void Demand(Func<string, bool>? allows)
    {
        if (allows is not null && Letter is not null && !allows(Letter.ETag.ToString()))
        {
            throw new PreconditionFailedException($"The dead letter of order {Id} has changed.");
        }
    }
}
