using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Jobs;

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
    Task<IReadOnlyList<ActedItem>> GiveUpAsync(Act act, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);

    /// <summary>Moves one order to the queue: a failed one, or one whose dead letter was escalated or purged.</summary>
    Task<ActedItem> MoveAsync(string orderId, Act act, CancellationToken cancellationToken);

    /// <summary>Adds a note to the entry and the order's timeline. Not idempotent: two notes may say the same.</summary>
    /// <param name="allows">Told the stored entry's tag (<see cref="FoundDeadLetter.Tag"/>), whether it may be edited; null for yes.</param>
    /// <exception cref="PreconditionFailedException">It may not.</exception>
    Task<ActedItem> AddNoteAsync(
        string orderId, string text, string author, Func<string, bool>? allows, CancellationToken cancellationToken);
}

/// <param name="Force">Also those that <see cref="RetryGuard"/> keeps.</param>
/// <param name="Note">For the entry; null for none.</param>
public sealed record TakeUpRequest(Act Act, bool Force = false, RestartModifications? Modifications = null, string? Note = null)
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
public sealed record ResolveRequest(Act Act, DeadLetterResolution Resolution, string? Note = null)
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
public sealed record PurgeRequest(Act Act, bool Force = false);

/// <summary>What became of one item.</summary>
public sealed record ActedItem(ItemResult Result)
{
    /// <summary>The workflow to start, unless it has begun already.</summary>
    public OrderStart? Start { get; init; }

    /// <summary>The order and its entry afterwards; null where there is none.</summary>
    public Order? Order { get; init; }

    public DeadLetterEntry? Entry { get; init; }
}
