namespace Reprocessing.Storage.DeadLetters;

/// <summary>Changes dead letters and their orders, many in a transaction. A repeated call, after a crash or a lost answer, changes nothing and returns the same.</summary>
public interface IDeadLetterCommands
{
    /// <returns>A result for each item, in the order given.</returns>
    Task<IReadOnlyList<CommandResult>> HandleAsync(DeadLetterCommand command, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken);
}

public abstract record DeadLetterCommand(AuditedAction Action)
{
    /// <summary>Whether the entry with this tag (<see cref="FoundDeadLetter.Tag"/>) may be edited, else <see cref="PreconditionFailedException"/>; null for yes.</summary>
    public Func<string, bool>? Allows { get; init; }
}

/// <summary>Starts orders anew: dead letters, escalated ones too, in a new generation, and those that failed under the same job once more.</summary>
/// <remarks>The caller starts the workflows; what it does not get to, the next run finds among the pending starts.</remarks>
/// <param name="Force">Also those that <see cref="RetryGuard"/> keeps.</param>
public sealed record RequeueCommand(AuditedAction Action, bool Force = false, RestartModifications? Modifications = null, string? Note = null)
    : DeadLetterCommand(Action)
{
    /// <summary>Orders that failed and are no dead letters, instead of those: one retry more, in the same generation.</summary>
    public bool IsOfFailing { get; init; }

    public DateTimeOffset? HoldUntil { get; init; }
}

/// <summary>Closes dead letters as cancelled, escalated ones too, or as escalated.</summary>
public sealed record ResolveCommand(AuditedAction Action, DeadLetterResolution Resolution, string? Note = null) : DeadLetterCommand(Action)
{
    /// <summary>With <see cref="DeadLetterResolution.Cancelled"/>: the order is meant, also when its entry was purged.</summary>
    public bool AlsoPurged { get; init; }

    /// <summary>Somebody outside is to be notified of an escalation: the notification is stored with it.</summary>
    public bool NotifiesExternally { get; init; }
}

/// <summary>Deletes entries, resolved ones only unless forced. The orders stay.</summary>
public sealed record PurgeCommand(AuditedAction Action, bool Force = false) : DeadLetterCommand(Action);

/// <summary>Ends a job's hold on orders: those that failed under it become dead letters again, the others are freed.</summary>
public sealed record AbandonCommand(AuditedAction Action) : DeadLetterCommand(Action);

/// <summary>Moves orders to the queue: failed ones, or those whose dead letter was escalated or purged.</summary>
public sealed record MoveCommand(AuditedAction Action) : DeadLetterCommand(Action);

public sealed record CancelCommand(AuditedAction Action) : DeadLetterCommand(Action);

/// <summary>Adds a note to the entry and the order's timeline. Not idempotent: two notes may say the same.</summary>
public sealed record AddNoteCommand(AuditedAction Action, string Text) : DeadLetterCommand(Action);

/// <summary>Runs orders again from an earlier point of their workflow, and resolves an open dead letter with it. The caller ends the old workflows.</summary>
/// <remarks>Of each item the expected version is the workflow's id: refused unless that is the order's current workflow.</remarks>
public sealed record ResetCommand(AuditedAction Action, ResetRule Rule) : DeadLetterCommand(Action);

public sealed record CommandResult(ItemResult Result)
{
    public OrderStart? Start { get; init; }

    public Order? Order { get; init; }

    public DeadLetterEntry? Entry { get; init; }
}

/// <summary>Reads orders with their entries, decides on each, and stores many decisions in a transaction; what changed meanwhile is decided again.</summary>
/// <remarks>If the process dies before a transaction, nothing was done; after it, or after a lost answer, the decision finds that it is done.</remarks>
internal sealed class DeadLetterCommands(StorageTables tables, TimeProvider time) : IDeadLetterCommands
{
    private const int MaxAttempts = 8;
    private const int ShardsAtOnce = 4;
    private const int ReadsAtOnce = 8;

    public async Task<IReadOnlyList<CommandResult>> HandleAsync(
        DeadLetterCommand command, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken)
    {
        // All items and attempts have one time, so that an attempt recognises what an earlier one has stored.
        var now = time.GetUtcNow();
        var results = new ConcurrentDictionary<string, CommandResult>(StringComparer.Ordinal);
        var shards = items.DistinctBy(item => item.Id, StringComparer.Ordinal).GroupBy(item => tables.PartitionOf(item.Id));
        await Parallel.ForEachAsync(
            shards,
            new ParallelOptions { MaxDegreeOfParallelism = ShardsAtOnce, CancellationToken = cancellationToken },
            async (shard, token) => await HandleShardAsync(command, [.. shard], now, results, token));
        return [.. items.Select(item => results[item.Id])];
    }

    private async Task HandleShardAsync(
        DeadLetterCommand command, ItemRef[] items, DateTimeOffset now, ConcurrentDictionary<string, CommandResult> results, CancellationToken cancellationToken)
    {
        for (var attempt = 1; items.Length > 0 && attempt <= MaxAttempts; attempt++)
        {
            var decisions = await items.SelectParallelAsync(ReadsAtOnce, (item, token) => DecideAsync(command, item, now, token), cancellationToken);
            List<TransactionUnit<CommandResult>> units =
                [.. decisions.Where(decision => decision.Actions.Count > 0).Select(decision => new TransactionUnit<CommandResult>(decision.Result, decision.Actions))];
            var refused = (await UnitSubmitter.SubmitAsync(tables.Orders, units, cancellationToken)).ToDictionary(one => one.Unit.Subject.Result.Id);
            List<ItemRef> again = [];
            foreach (var (item, decision) in items.Zip(decisions))
            {
                var refusal = refused.GetValueOrDefault(item.Id);
                results[item.Id] = refusal is null ? decision.Result : new(new(
                    item.Id,
                    ItemState.Failed,
                    ItemReasons.StorageRefused,
                    $"Storage refuses the change: {refusal.Answer.ErrorCode ?? refusal.Answer.Message}"));
                if (decision.IsStale || refusal is { IsConflict: true })
                {
                    again.Add(item);
                }
            }

            items = [.. again];
        }
    }

    /// <remarks>A change may come between the two reads, so a refusal is checked against the order once more before it counts.</remarks>
    private async Task<Decision> DecideAsync(DeadLetterCommand command, ItemRef item, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            if (await OrderReader.ReadAsync(tables, item.Id, withInput: command is RequeueCommand or ResetCommand, cancellationToken) is not { } stored)
            {
                return new(new(new(item.Id, ItemState.Skipped, ItemReasons.NotFound, $"There is no order {item.Id}.")));
            }

            var letter = await DeadLetterReader.ReadAsync(tables, stored.Order, cancellationToken);
            var decision = DeadLetterDecisions.Decide(new(item, tables.PartitionOf(item.Id), stored, letter), command, now);
            return decision is { Result.Result.State: ItemState.Skipped, Actions.Count: 0 }
                ? decision with { IsStale = (await OrderReader.ReadAsync(tables, item.Id, withInput: false, cancellationToken))?.ETag != stored.ETag }
                : decision;
        }
        catch (BrokenRowException exception)
        {
            return new(new(new(item.Id, ItemState.Failed, ItemReasons.ProcessingFailed, exception.Message)));
        }
    }
}
