namespace Reprocessing.Storage.DeadLetters;

/// <summary>
/// What is done with dead letters, one or many: an order and its entry change in one transaction, and orders of one shard share it.
/// Each is decided on the rows as they are stored at that moment; asked again, after a crash or a lost answer, it changes nothing
/// and answers the same.
/// </summary>
public interface IDeadLetterActions
{
    /// <summary>
    /// Starts orders anew: dead letters, escalated ones too, in a new generation, and those that failed under the same job once more. The caller starts
    /// the workflows of <see cref="ActedItem.Start"/>; what it does not get to, the next run finds among the pending starts.
    /// </summary>
    Task<IReadOnlyList<ActedItem>> TakeUpAsync(TakeUpRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);

    /// <summary>Closes dead letters as cancelled, escalated ones too, or as escalated.</summary>
    Task<IReadOnlyList<ActedItem>> ResolveAsync(ResolveRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);

    /// <summary>Deletes entries, resolved ones only unless forced. The orders stay.</summary>
    Task<IReadOnlyList<ActedItem>> PurgeAsync(PurgeRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a job's hold on orders: those that failed under it become dead letters again, the others are freed as they are.
    /// </summary>
    Task<IReadOnlyList<ActedItem>> GiveUpAsync(AuditedAction act, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);

    /// <summary>Moves one order to the queue: a failed one, or one whose dead letter was escalated or purged.</summary>
    Task<ActedItem> MoveAsync(string orderId, AuditedAction act, CancellationToken cancellationToken);

    /// <summary>Adds a note to the entry and the order's timeline. Not idempotent: two notes may say the same.</summary>
    /// <param name="allows">Told the stored entry's tag (<see cref="FoundDeadLetter.Tag"/>), whether it may be edited; null for yes.</param>
    /// <exception cref="PreconditionFailedException">It may not.</exception>
    Task<ActedItem> AddNoteAsync(
        string orderId, string text, string author, Func<string, bool>? allows, CancellationToken cancellationToken);
}

/// <param name="Force">Also those that <see cref="RetryGuard"/> keeps.</param>
/// <param name="Note">For the entry; null for none.</param>
public sealed record TakeUpRequest(AuditedAction Act, bool Force = false, RestartModifications? Modifications = null, string? Note = null)
{
    /// <summary>See <see cref="RestartRequest.HoldUntil"/>.</summary>
    public DateTimeOffset? HoldUntil { get; init; }

    /// <summary>
    /// Told the stored entry's tag (<see cref="FoundDeadLetter.Tag"/>), whether it may be edited, else
    /// <see cref="PreconditionFailedException"/>; null for yes.
    /// </summary>
    public Func<string, bool>? Allows { get; init; }
}

/// <param name="Note">For the entry; null for none.</param>
public sealed record ResolveRequest(AuditedAction Act, DeadLetterResolution Resolution, string? Note = null)
{
    /// <summary>With <see cref="DeadLetterResolution.Cancelled"/>: the order is meant, also when its entry was purged.</summary>
    public bool AlsoPurged { get; init; }

    /// <summary>An escalation is to be told outside: its notice is stored with it.</summary>
    public bool TellsOutside { get; init; }

    /// <summary>
    /// Told the stored entry's tag (<see cref="FoundDeadLetter.Tag"/>), whether it may be edited, else
    /// <see cref="PreconditionFailedException"/>; null for yes.
    /// </summary>
    public Func<string, bool>? Allows { get; init; }
}

/// <param name="Force">Open ones too.</param>
public sealed record PurgeRequest(AuditedAction Act, bool Force = false);

/// <summary>What became of one item.</summary>
public sealed record ActedItem(ItemResult Result)
{
    /// <summary>The workflow to start, unless it has begun already.</summary>
    public OrderStart? Start { get; init; }

    /// <summary>The order and its entry afterwards; null where there is none.</summary>
    public Order? Order { get; init; }

    public DeadLetterEntry? Entry { get; init; }
}

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

    public Task<IReadOnlyList<ActedItem>> GiveUpAsync(AuditedAction act, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken) =>
        _runner.RunAsync(items, withInput: false, new GiveUpDeed(act, time.GetUtcNow()).Decide, cancellationToken);

    public async Task<ActedItem> MoveAsync(string orderId, AuditedAction act, CancellationToken cancellationToken)
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

    private static Deed Move(DeedSubject subject, AuditedAction act, DateTimeOffset now)
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
                return Deed.Skip(subject, Domain.Names.EnumNames.Of(refused.Reason), refused.Message);
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
