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

/// <summary>
/// Carries out decisions on orders and their entries: reads both, asks, writes each order's rows together and many orders in a
/// transaction, and goes again with those that somebody else has changed meanwhile.
/// </summary>
/// <remarks>
/// A process that dies before a transaction has done nothing, and after it the decision finds on the rows that it is done. So does
/// one whose answer got lost and that is told of a conflict with itself.
/// </remarks>
internal sealed class DeedRunner(StorageTables tables)
{
    // Each go loses against a change that was stored, and an order sees few at a time.
    private const int MaxGoes = 8;
    private const int ShardsAtOnce = 4;
    private const int ReadsAtOnce = 8;

    /// <returns>An answer for each item, in the order given.</returns>
    public async Task<IReadOnlyList<ActedItem>> RunAsync(
        IReadOnlyList<ItemRef> items, bool withInput, Func<DeedSubject, Deed> decide, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentDictionary<string, ActedItem>(StringComparer.Ordinal);
        var shards = items.DistinctBy(item => item.Id, StringComparer.Ordinal).GroupBy(item => tables.PartitionOf(item.Id));
        await Parallel.ForEachAsync(
            shards,
            new ParallelOptions { MaxDegreeOfParallelism = ShardsAtOnce, CancellationToken = cancellationToken },
            async (shard, token) => await RunShardAsync(new(shard.Key, withInput, decide, answers), [.. shard], token));
        return [.. items.Select(item => answers[item.Id])];
    }

    private async Task RunShardAsync(Work work, List<ItemRef> items, CancellationToken cancellationToken)
    {
        for (var go = 1; items.Count > 0; go++)
        {
            List<Unit<ActedItem>> units = [];
            foreach (var (item, deed) in await DecideAsync(work, items, cancellationToken))
            {
                if (deed is Deed.Act act)
                {
                    units.Add(new(act.Item, act.Actions));
                }

                work.Answers[item.Id] = deed is Deed.Act { Item: var acted } ? acted : ((Deed.Settled)deed).Item;
            }

            var refused = await UnitSubmitter.SubmitAsync(tables.Orders, units, cancellationToken);
            foreach (var refusal in refused)
            {
                var result = refusal.Unit.Subject.Result;
                work.Answers[result.Id] = new(new(
                    result.Id,
                    ItemState.Failed,
                    ItemReasons.StorageRefused,
                    $"Storage refuses the change: {refusal.Answer.ErrorCode ?? refusal.Answer.Message}"));
            }

            var again = refused.Where(refusal => refusal.IsConflict).Select(refusal => refusal.Unit.Subject.Result.Id).ToHashSet(StringComparer.Ordinal);
            items = go == MaxGoes ? [] : items.FindAll(item => again.Contains(item.Id));
        }
    }

    private async Task<(ItemRef Item, Deed Deed)[]> DecideAsync(Work work, List<ItemRef> items, CancellationToken cancellationToken)
    {
        var decided = new (ItemRef, Deed)[items.Count];
        await Parallel.ForAsync(
            0,
            items.Count,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (index, token) => decided[index] = (items[index], await DecideAsync(work, items[index], token)));
        return decided;
    }

    private async Task<Deed> DecideAsync(Work work, ItemRef item, CancellationToken cancellationToken)
    {
        try
        {
            for (var go = 1; ; go++)
            {
                var stored = await OrderReader.ReadAsync(tables, item.Id, work.WithInput, cancellationToken);
                var letter = await DeadLetterReader.ReadAsync(tables, stored?.Order, cancellationToken);
                var subject = new DeedSubject(item, work.Partition, stored, letter);
                var deed = stored is null ? Deed.Skip(subject, ItemReasons.NotFound, $"There is no order {item.Id}.") : work.Decide(subject);
                if (stored is null || go == MaxGoes || deed is not Deed.Settled { Item.Result.State: ItemState.Skipped } || await IsStillAsync(stored, cancellationToken))
                {
                    return deed;
                }
            }
        }
        catch (BrokenRowException exception)
        {
            return new Deed.Settled(new(new(item.Id, ItemState.Failed, ItemReasons.ProcessingFailed, exception.Message)));
        }
    }

    /// <summary>
    /// The order and its entry are two reads, and a change may have come between them: a refusal must not rest on halves of two states,
    /// least of all when the change was this very one, sent by an execution that was given up.
    /// </summary>
    private async Task<bool> IsStillAsync(StoredOrder stored, CancellationToken cancellationToken) =>
        (await OrderReader.ReadAsync(tables, stored.Order.OrderId, withInput: false, cancellationToken))?.ETag == stored.ETag;

    private sealed record Work(
        string Partition, bool WithInput, Func<DeedSubject, Deed> Decide, ConcurrentDictionary<string, ActedItem> Answers);
}

/// <summary>What keeps an operation from an item, whichever it is, in the order in which it is told.</summary>
internal static class DeedChecks
{
    /// <returns>Null when nothing does.</returns>
    public static Deed.Settled? Check(DeedSubject subject, string owner, DateTimeOffset now)
    {
        // Whoever holds the order is at work on it, so what the plan has seen may be changing: the hold is the better answer.
        if (CheckLease(subject, owner, now) is { } leased)
        {
            return leased;
        }

        if (subject.Letter is not { Entry: var entry })
        {
            return HadOne(subject)
                ? Deed.Skip(subject, ItemReasons.NotFound, $"The dead letter of order {subject.Id} was purged.")
                : Deed.Skip(subject, ItemReasons.NotDeadLetter, $"Order {subject.Id} is {subject.Stored!.Order.Status} and has no dead letter.");
        }

        return subject.Item.Seen.Length > 0 && subject.Item.Seen != entry.Stamp
            ? Deed.Skip(subject, ItemReasons.ChangedSincePlan, $"The dead letter of order {subject.Id} has changed since it was selected.")
            : null;
    }

    /// <returns>Null when nobody else holds the order.</returns>
    public static Deed.Settled? CheckLease(DeedSubject subject, string owner, DateTimeOffset now) =>
        subject.Stored!.Order.Lease is { } lease && lease.Excludes(owner, now)
            ? Deed.Skip(subject, ItemReasons.Leased, $"Order {subject.Id} belongs to {lease.Owner} until {lease.Until:O}.")
            : null;

    /// <param name="alsoEscalated">What was handed to people they can decide on.</param>
    /// <returns>Null when the entry is open.</returns>
    public static Deed.Settled? CheckOpen(DeedSubject subject, bool alsoEscalated) =>
        subject.Letter is { Entry: { Resolution: { } resolution } entry } && !(alsoEscalated && resolution == DeadLetterResolution.Escalated)
        ? Deed.Skip(
            subject,
            ItemReasons.AlreadyResolved,
            $"The dead letter of order {subject.Id} was resolved as {Domain.Names.EnumNames.Of(resolution)} by {entry.ResolvedBy} at {entry.ResolvedAt:O}.")
        : null;

    private static bool HadOne(DeedSubject subject) => subject.Stored!.Order.PurgedBy is not null;
}

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
