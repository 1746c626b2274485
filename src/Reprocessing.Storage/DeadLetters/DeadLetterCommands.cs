namespace Reprocessing.Storage.DeadLetters;

/// <summary>
/// Changes dead letters and their orders, many in a transaction. A repeated call, after a crash or a lost answer, changes nothing and returns the same.
/// </summary>
public interface IDeadLetterCommands
{
    /// <returns>A result for each item, in the order given.</returns>
    /// <exception cref="PreconditionFailedException">See <see cref="DeadLetterCommand.Allows"/>.</exception>
    Task<IReadOnlyList<CommandResult>> HandleAsync(DeadLetterCommand command, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);
}

/// <summary>What is to be done with dead letters.</summary>
public abstract record DeadLetterCommand(AuditedAction Action)
{
    /// <summary>
    /// Told the stored entry's tag (<see cref="FoundDeadLetter.Tag"/>), whether it may be edited, else <see cref="PreconditionFailedException"/>; null for yes.
    /// </summary>
    public Func<string, bool>? Allows { get; init; }
}

/// <summary>
/// Starts orders anew: dead letters, escalated ones too, in a new generation, and those that failed under the same job once more. The caller starts
/// the workflows of <see cref="CommandResult.Start"/>; what it does not get to, the next run finds among the pending starts.
/// </summary>
/// <param name="Force">Also those that <see cref="RetryGuard"/> keeps.</param>
/// <param name="Note">For the entry; null for none.</param>
public sealed record RequeueCommand(AuditedAction Action, bool Force = false, RestartModifications? Modifications = null, string? Note = null)
    : DeadLetterCommand(Action)
{
    /// <summary>Orders that failed and are no dead letters, instead of those: one retry more, in the same generation.</summary>
    public bool IsOfFailing { get; init; }

    /// <summary>See <see cref="RestartRequest.HoldUntil"/>.</summary>
    public DateTimeOffset? HoldUntil { get; init; }
}

/// <summary>Closes dead letters as cancelled, escalated ones too, or as escalated.</summary>
/// <param name="Note">For the entry; null for none.</param>
public sealed record ResolveCommand(AuditedAction Action, DeadLetterResolution Resolution, string? Note = null) : DeadLetterCommand(Action)
{
    /// <summary>With <see cref="DeadLetterResolution.Cancelled"/>: the order is meant, also when its entry was purged.</summary>
    public bool AlsoPurged { get; init; }

    /// <summary>Somebody outside is to be notified of an escalation: the notification is stored with it.</summary>
    public bool NotifiesExternally { get; init; }
}

/// <summary>Deletes entries, resolved ones only unless forced. The orders stay.</summary>
/// <param name="Force">Open ones too.</param>
public sealed record PurgeCommand(AuditedAction Action, bool Force = false) : DeadLetterCommand(Action);

/// <summary>Ends a job's hold on orders: those that failed under it become dead letters again, the others are freed.</summary>
public sealed record AbandonCommand(AuditedAction Action) : DeadLetterCommand(Action);

/// <summary>Moves orders to the queue: failed ones, or those whose dead letter was escalated or purged.</summary>
public sealed record MoveCommand(AuditedAction Action) : DeadLetterCommand(Action);

/// <summary>Cancels orders that failed and are no dead letters.</summary>
public sealed record CancelCommand(AuditedAction Action) : DeadLetterCommand(Action);

/// <summary>Adds a note to the entry and the order's timeline. Not idempotent: two notes may say the same.</summary>
public sealed record AddNoteCommand(AuditedAction Action, string Text) : DeadLetterCommand(Action);

/// <summary>Runs orders again from an earlier point of their workflow, and resolves an open dead letter with it. The caller ends the old workflows.</summary>
/// <remarks>Of each item the expected version is the workflow's id: refused unless that is the order's current workflow.</remarks>
public sealed record ResetCommand(AuditedAction Action, ResetRule Rule) : DeadLetterCommand(Action);

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

    /// <summary>All items and attempts of a command have one time, so that an attempt recognises what an earlier one has stored.</summary>
    public Task<IReadOnlyList<CommandResult>> HandleAsync(
        DeadLetterCommand command, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return _handler.HandleAsync(
            items, withInput: command is RequeueCommand or ResetCommand, context => DeadLetterDecisions.Decide(context, command, now), cancellationToken);
    }
}
