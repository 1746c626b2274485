using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters;

internal sealed class DeadLetterActions(StorageTables tables, TimeProvider time) : IDeadLetterActions
{
    private readonly DeedRunner _runner = new(tables);

    public Task<IReadOnlyList<ActedItem>> TakeUpAsync(
        TakeUpRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken) =>
        _runner.RunAsync(items, withInput: true, new TakeUpDeed(request, time.GetUtcNow()).Decide, cancellationToken);

    public Task<IReadOnlyList<ActedItem>> ResolveAsync(
        ResolveRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken)
    {
        if (request.Resolution == DeadLetterResolution.ManualRetry)
        {
            throw new ArgumentException("A dead letter is retried by taking it up.", nameof(request));
        }

        return _runner.RunAsync(items, withInput: false, new ResolveDeed(request, time.GetUtcNow()).Decide, cancellationToken);
    }

    public Task<IReadOnlyList<ActedItem>> PurgeAsync(
        PurgeRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken) =>
        _runner.RunAsync(items, withInput: false, new PurgeDeed(request, time.GetUtcNow()).Decide, cancellationToken);

    public Task<IReadOnlyList<ActedItem>> GiveUpAsync(Act act, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken) =>
        _runner.RunAsync(items, withInput: false, new GiveUpDeed(act, time.GetUtcNow()).Decide, cancellationToken);

    public async Task<ActedItem> MoveAsync(string orderId, Act act, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return (await _runner.RunAsync([new(orderId, string.Empty)], withInput: false, subject => Move(subject, act, now), cancellationToken))[0];
    }

    public async Task<ActedItem> AddNoteAsync(
        string orderId, string text, string author, Func<string, bool>? allows, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, OrderFailure.MaxReason, nameof(text));
        var note = new DeadLetterNote(text, author, time.GetUtcNow());
        return (await _runner.RunAsync([new(orderId, string.Empty)], withInput: false, subject => Note(subject, note, allows), cancellationToken))[0];
    }

    private static Deed Move(DeedSubject subject, Act act, DateTimeOffset now)
    {
        var order = subject.Stored!.Order;
        if (order.Lease is { } lease && lease.Excludes(act.Owner, now))
        {
            return Deed.Skip(subject, ItemReasons.Leased, $"Order {subject.Id} belongs to {lease.Owner} until {lease.Until:O}.");
        }

        switch (DeadLetterTransitions.Move(order, act, now))
        {
            case Transition.Unchanged:
                return Deed.Settle(subject, new(subject.Id, ItemState.Succeeded));
            case Transition.Refused refused:
                return Deed.Skip(subject, Domain.Names.StableNames.Of(refused.Reason), refused.Message);
            case Transition.Applied applied:
                var entry = DeadLetterEntry.Of(applied.Order, act);
                return new Deed.Act(
                    new ActedItem(new(subject.Id, ItemState.Succeeded)) { Order = applied.Order, Entry = entry },
                    [
                        .. new OrderChange(subject.Partition, subject.Stored, applied.Order, applied.Events, null).Actions(),
                        .. DeadLetterChange.Move(subject.Partition, subject.Letter, entry),
                    ]);
            default:
                throw new InvalidOperationException("The order's state machine gave an unknown answer.");
        }
    }

    private static Deed Note(DeedSubject subject, DeadLetterNote note, Func<string, bool>? allows)
    {
        if (subject.Letter is not { } letter)
        {
            return Deed.Skip(subject, ItemReasons.NotFound, $"Order {subject.Id} has no dead letter.");
        }

        // A call whose answer got lost is sent again by the client's pipeline, and finds its own note.
        if (letter.Entry.Notes is [.., var last] && last == note)
        {
            return Deed.Settle(subject, new(subject.Id, ItemState.Succeeded));
        }

        subject.Demand(allows);
        var applied = OrderTransitions.Note(subject.Stored!.Order, note.Text, note.At, note.Author);
        var entry = letter.Entry.WithNote(note, applied.Order);
        var actions = new OrderChange(subject.Partition, subject.Stored, applied.Order, applied.Events, null).Actions();
        actions.Add(DeadLetterChange.Update(subject.Partition, letter, entry));
        return new Deed.Act(new ActedItem(new(subject.Id, ItemState.Succeeded)) { Order = applied.Order, Entry = entry }, actions);
    }
}
