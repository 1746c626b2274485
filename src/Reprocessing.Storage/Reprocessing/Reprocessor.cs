namespace Reprocessing.Storage.Reprocessing;

public interface IReprocessor
{
    /// <summary>An outcome for each order of the chunk. Run again after a crash it does what is left and reports what it had done as done.</summary>
    /// <remarks>The caller starts the workflows of the restarted ones; what it does not get to, the next run finds among the pending starts.</remarks>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer; trying the chunk again is safe.</exception>
    Task<IReadOnlyList<OrderOutcome>> ProcessChunkAsync(
        ReprocessingRule rule, IReadOnlyList<DueOrder> chunk, CancellationToken cancellationToken);

    /// <summary>What became of the orders of a chunk, by their rows; does nothing to them. One that the run has not taken has failed.</summary>
    Task<IReadOnlyList<OrderOutcome>> RecallChunkAsync(
        ReprocessingRule rule, IReadOnlyList<string> orderIds, CancellationToken cancellationToken);
}

/// <remarks>
/// If the process dies before a transaction, nothing was done; after it, the order carries the run's mark, and the chunk run again finds the due row gone
/// and reports by the mark. A due row that is still there was not taken by this run, for taking deletes it under its ETag. So no retry is burnt twice and
/// none is lost; a workflow that was decided on and not started has its start row, and the next run starts it.
/// </remarks>
internal sealed class Reprocessor(StorageTables tables, DueRowCache cache, OrderCache written, TimeProvider time) : IReprocessor
{
    public async Task<IReadOnlyList<OrderOutcome>> ProcessChunkAsync(
        ReprocessingRule rule, IReadOnlyList<DueOrder> chunk, CancellationToken cancellationToken)
    {
        var outcomes = new Dictionary<string, OrderOutcome>(chunk.Count, StringComparer.Ordinal);
        foreach (var shard in chunk.GroupBy(order => tables.PartitionOf(order.OrderId)))
        {
            await ProcessShardAsync(rule, shard.Key, [.. shard], outcomes, cancellationToken);
        }

        return [.. chunk.Select(order => outcomes[order.OrderId])];
    }

    public async Task<IReadOnlyList<OrderOutcome>> RecallChunkAsync(
        ReprocessingRule rule, IReadOnlyList<string> orderIds, CancellationToken cancellationToken)
    {
        List<OrderOutcome> outcomes = [];
        foreach (var orderId in orderIds)
        {
            var remembered = written.Find(orderId) is { } known ? DoneBefore(rule.RunId, known) : null;
            outcomes.Add(remembered ?? await LookAgainAsync(rule, orderId, null, cancellationToken) switch
            {
                OrderOutcome.Skipped => new OrderOutcome.Failed(orderId, "The run could not process it; the next one finds it."),
                var outcome => outcome,
            });
        }

        return outcomes;
    }

    private async Task ProcessShardAsync(
        ReprocessingRule rule,
        string partition,
        IReadOnlyList<DueOrder> orders,
        Dictionary<string, OrderOutcome> outcomes,
        CancellationToken cancellationToken)
    {
        var rows = await ReadDueRowsAsync(partition, orders, cancellationToken);
        List<TransactionUnit<OrderOutcome>> units = [];
        foreach (var order in orders)
        {
            outcomes[order.OrderId] = await GuardAsync(order.OrderId, async () =>
            {
                if (rows[KeyOf(order)] is not { } row || await PlanAsync(rule, row, cancellationToken) is not { } unit)
                {
                    return await LookAgainAsync(rule, order.OrderId, null, cancellationToken);
                }

                units.Add(unit);
                return unit.Subject;
            });
        }

        foreach (var refused in await UnitSubmitter.SubmitAsync(tables.Orders, units, cancellationToken))
        {
            var orderId = refused.Unit.Subject.OrderId;
            outcomes[orderId] = await LookAgainAsync(rule, orderId, refused, cancellationToken);
        }
    }

    /// <summary>The due rows of a chunk's orders in one shard: those that the query left at hand, the others by one range read.</summary>
    private async Task<Dictionary<string, TableEntity?>> ReadDueRowsAsync(string partition, IReadOnlyList<DueOrder> orders, CancellationToken cancellationToken)
    {
        var rows = orders.Select(KeyOf).Distinct().ToDictionary(key => key, key => cache.Take(partition, key), StringComparer.Ordinal);
        foreach (var index in rows.Where(found => found.Value is null).Select(found => found.Key).ToLookup(key => key[0]))
        {
            foreach (var (key, row) in await tables.Orders.FindAsync(partition, index, cancellationToken))
            {
                rows[key] = row;
            }
        }

        return rows;
    }

    private static string KeyOf(DueOrder order) => RowKeys.Due(order.DueTicks, order.OrderId, order.IsPermanent);

    /// <summary>Decides on an order by its due row, and gives the rows that carry the decision out.</summary>
    /// <returns>Null when the due row says to leave the order alone: what became of it stands on the order.</returns>
    private async Task<TransactionUnit<OrderOutcome>?> PlanAsync(ReprocessingRule rule, TableEntity dueRow, CancellationToken cancellationToken)
    {
        var due = OrderRows.ReadDue(dueRow);
        var now = time.GetUtcNow();
        return rule.Decide(due.Order, now) switch
        {
            ReprocessingDecision.Restart => await RestartAsync(due, rule.RunId, now, cancellationToken),
            ReprocessingDecision.DeadLetter => await DeadLetterAsync(due, rule.RunId, now, cancellationToken),
            _ => null,
        };
    }

    private async Task<TransactionUnit<OrderOutcome>?> RestartAsync(StoredOrder due, string runId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (OrderTransitions.Restart(due.Order, runId, now) is not Transition.Applied applied)
        {
            return null;
        }

        if (due.InputText is null)
        {
            if (await OrderReader.ReadAsync(tables, due.Order.OrderId, withInput: true, cancellationToken) is not { } stored)
            {
                return null;
            }

            due = due with { InputText = stored.InputText };
        }

        // Read before anything is stored: an order that cannot be started must not be restarted.
        var start = due.StartOf(applied.Order);
        var change = Change(due, applied);
        return new(new OrderOutcome.Restarted(due.Order.OrderId, start.WorkflowId, start), change.Actions()) { Written = etag => written.Put(change.Written(etag)) };
    }

    private async Task<TransactionUnit<OrderOutcome>?> DeadLetterAsync(StoredOrder due, string runId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (OrderTransitions.DeadLetter(due.Order, runId, now) is not Transition.Applied applied)
        {
            return null;
        }

        var earlier = await DeadLetterReader.ReadAsync(tables, due.Order, cancellationToken);
        List<TableTransactionAction> actions =
        [
            .. Change(due, applied).Actions(),
            .. DeadLetterChange.Move(tables.PartitionOf(due.Order.OrderId), earlier, DeadLetterEntry.Of(applied.Order)),
        ];
        return new(new OrderOutcome.DeadLettered(due.Order.OrderId), actions);
    }

    private OrderChange Change(StoredOrder due, Transition.Applied applied) =>
        new(tables.PartitionOf(due.Order.OrderId), due, applied.Order, applied.Events, null);

    private Task<OrderOutcome> LookAgainAsync(
        ReprocessingRule rule, string orderId, RejectedUnit<OrderOutcome>? refused, CancellationToken cancellationToken) =>
        GuardAsync(orderId, async () => await OrderReader.ReadAsync(tables, orderId, withInput: true, cancellationToken) is { } stored
            ? Classify(rule, stored, refused)
            : new OrderOutcome.Failed(orderId, "The order's row is missing."));

    private OrderOutcome Classify(ReprocessingRule rule, StoredOrder stored, RejectedUnit<OrderOutcome>? refused)
    {
        var order = stored.Order;
        return DoneBefore(rule.RunId, stored)
            ?? (refused is { IsConflict: false }
                ? new OrderOutcome.Failed(order.OrderId, $"Storage refuses the change: {refused.Answer.ErrorCode ?? refused.Answer.Message}")
                : new OrderOutcome.Skipped(order.OrderId, rule.Decide(order, time.GetUtcNow()) is ReprocessingDecision.Skip(var reason) ? reason : SkipReason.Changed));
    }

    /// <summary>This run did it, in an execution of the chunk whose answer was lost.</summary>
    private static OrderOutcome? DoneBefore(string runId, StoredOrder stored)
    {
        var order = stored.Order;
        if (order.LastRun is { Outcome: RunOutcome.DeadLettered } mark && mark.RunId == runId)
        {
            return new OrderOutcome.DeadLettered(order.OrderId);
        }

        // The attempts tell of a restart even when another operation has touched the order since.
        if (order.Attempts.LastOrDefault(attempt => attempt.RunId == runId) is not { WorkflowId: var workflowId })
        {
            return null;
        }

        var isWaiting = order.Phase == OrderPhase.PendingRetry && order.WorkflowId == workflowId;
        return new OrderOutcome.Restarted(order.OrderId, workflowId, isWaiting ? stored.ReadStart() : null);
    }

    private static async Task<OrderOutcome> GuardAsync(string orderId, Func<Task<OrderOutcome>> decide)
    {
        try
        {
            return await decide();
        }
        catch (BrokenRowException exception)
        {
            return new OrderOutcome.Failed(orderId, exception.Message);
        }
    }
}
