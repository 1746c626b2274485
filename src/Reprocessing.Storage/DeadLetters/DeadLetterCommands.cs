namespace Reprocessing.Storage.DeadLetters;

/// <summary>
/// Changes dead letters and their orders, many in a transaction. A repeated call, after a crash or a lost answer, changes nothing and returns the same.
/// </summary>
public interface IDeadLetterCommands
{
    /// <summary>
    /// Starts orders anew: dead letters, escalated ones too, in a new generation, and those that failed under the same job once more. The caller starts
    /// the workflows of <see cref="CommandResult.Start"/>; what it does not get to, the next run finds among the pending starts.
    /// </summary>
    Task<IReadOnlyList<CommandResult>> RequeueAsync(RequeueRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);

    /// <summary>Closes dead letters as cancelled, escalated ones too, or as escalated.</summary>
    Task<IReadOnlyList<CommandResult>> ResolveAsync(ResolveRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);

    /// <summary>Deletes entries, resolved ones only unless forced. The orders stay.</summary>
    Task<IReadOnlyList<CommandResult>> PurgeAsync(PurgeRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);

    /// <summary>Ends a job's hold on orders: those that failed under it become dead letters again, the others are freed.</summary>
    Task<IReadOnlyList<CommandResult>> AbandonAsync(AuditedAction act, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);

    /// <summary>Moves one order to the queue: a failed one, or one whose dead letter was escalated or purged.</summary>
    Task<CommandResult> MoveAsync(string orderId, AuditedAction act, CancellationToken cancellationToken);

    /// <summary>Adds a note to the entry and the order's timeline. Not idempotent: two notes may say the same.</summary>
    /// <param name="allows">Told the stored entry's tag (<see cref="FoundDeadLetter.Tag"/>), whether it may be edited; null for yes.</param>
    /// <exception cref="PreconditionFailedException">It may not.</exception>
    Task<CommandResult> AddNoteAsync(
        string orderId, string text, string author, Func<string, bool>? allows, CancellationToken cancellationToken);
}

/// <param name="Force">Also those that <see cref="RetryGuard"/> keeps.</param>
/// <param name="Note">For the entry; null for none.</param>
public sealed record RequeueRequest(AuditedAction Act, bool Force = false, RestartModifications? Modifications = null, string? Note = null)
{
    /// <summary>See <see cref="RestartRequest.HoldUntil"/>.</summary>
    public DateTimeOffset? HoldUntil { get; init; }

    /// <summary>Whether the entry with this tag (<see cref="FoundDeadLetter.Tag"/>) may be edited, else <see cref="PreconditionFailedException"/>.</summary>
    public Func<string, bool>? Allows { get; init; }
}

/// <param name="Note">For the entry; null for none.</param>
public sealed record ResolveRequest(AuditedAction Act, DeadLetterResolution Resolution, string? Note = null)
{
    /// <summary>With <see cref="DeadLetterResolution.Cancelled"/>: the order is meant, also when its entry was purged.</summary>
    public bool AlsoPurged { get; init; }

    /// <summary>Somebody outside is to be notified of an escalation: the notification is stored with it.</summary>
    public bool NotifiesExternally { get; init; }

    /// <inheritdoc cref="RequeueRequest.Allows"/>
    public Func<string, bool>? Allows { get; init; }
}

/// <param name="Force">Open ones too.</param>
public sealed record PurgeRequest(AuditedAction Act, bool Force = false);

/// <summary>What became of one item.</summary>
public sealed record CommandResult(ItemResult Result)
{
    /// <summary>The workflow to start, unless it has begun already.</summary>
    public OrderStart? Start { get; init; }

    /// <summary>The order and its entry afterwards; null where there is none.</summary>
    public Order? Order { get; init; }

    public DeadLetterEntry? Entry { get; init; }
}

internal sealed class DeadLetterCommands(StorageTables tables, TimeProvider time) : IDeadLetterCommands
{
    private readonly CommandHandler _handler = new(tables);

    public Task<IReadOnlyList<CommandResult>> RequeueAsync(
        RequeueRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken) =>
        HandleAsync(items, (context, now) => DeadLetterDecisions.Requeue(context, request, now), cancellationToken, withInput: true);

    public Task<IReadOnlyList<CommandResult>> ResolveAsync(
        ResolveRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken) =>
        request.Resolution == DeadLetterResolution.ManualRetry
            ? throw new ArgumentException("A dead letter is retried by requeueing it.", nameof(request))
            : HandleAsync(items, (context, now) => DeadLetterDecisions.Resolve(context, request, now), cancellationToken);

    public Task<IReadOnlyList<CommandResult>> PurgeAsync(
        PurgeRequest request, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken) =>
        HandleAsync(items, (context, now) => DeadLetterDecisions.Purge(context, request, now), cancellationToken);

    public Task<IReadOnlyList<CommandResult>> AbandonAsync(AuditedAction act, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken) =>
        HandleAsync(items, (context, now) => DeadLetterDecisions.Abandon(context, act, now), cancellationToken);

    public async Task<CommandResult> MoveAsync(string orderId, AuditedAction act, CancellationToken cancellationToken) =>
        (await HandleAsync([new(orderId, string.Empty)], (context, now) => DeadLetterDecisions.Move(context, act, now), cancellationToken))[0];

    public async Task<CommandResult> AddNoteAsync(
        string orderId, string text, string author, Func<string, bool>? allows, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, OrderFailure.MaxReason, nameof(text));
        return (await HandleAsync(
            [new(orderId, string.Empty)],
            (context, now) => DeadLetterDecisions.AddNote(context, new(text, author, now), allows),
            cancellationToken))[0];
    }

    /// <summary>All items and attempts of a command have one time, so that an attempt recognises what an earlier one has stored.</summary>
    private Task<IReadOnlyList<CommandResult>> HandleAsync(
        IReadOnlyList<ItemRef> items, Func<CommandContext, DateTimeOffset, Decision> decide, CancellationToken cancellationToken, bool withInput = false)
    {
        var now = time.GetUtcNow();
        return _handler.HandleAsync(items, withInput, context => decide(context, now), cancellationToken);
    }
}
