namespace Reprocessing.Storage.Reprocessing;

/// <summary>Decides on an order's due row, and says which rows carry the decision out.</summary>
internal sealed class ReprocessingPlanner(StorageTables tables, TimeProvider time)
{
    /// <returns>Null when the due row says to leave the order alone: what became of it stands on the order.</returns>
    public async Task<TransactionUnit<OrderOutcome>?> PlanAsync(ReprocessingRule rule, TableEntity dueRow, CancellationToken cancellationToken)
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
            var stored = await OrderReader.ReadAsync(tables, due.Order.OrderId, withInput: true, cancellationToken);
            if (stored is null)
            {
                return null;
            }

            due = due with { InputText = stored.InputText };
        }

        // Read before anything is stored: an order that cannot be started must not be restarted.
        var start = due.StartOf(applied.Order);
        return new(new OrderOutcome.Restarted(due.Order.OrderId, start.WorkflowId, start), Change(due, applied).Actions());
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
}

/// <summary>The due rows of a chunk's orders in one shard: those that the query left at hand, the others by one range read.</summary>
internal sealed class DueRowReader(StorageTables tables, DueRowCache cache)
{
    public async Task<IReadOnlyDictionary<string, TableEntity>> ReadAsync(
        string partition, IReadOnlyList<DueOrder> orders, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
        List<string> missing = [];
        foreach (var key in orders.Select(KeyOf))
        {
            if (cache.Take(partition, key) is { } row)
            {
                rows[key] = row;
            }
            else
            {
                missing.Add(key);
            }
        }

        foreach (var index in missing.GroupBy(key => key[0]))
        {
            foreach (var (key, row) in await tables.Orders.FindAsync(partition, index, cancellationToken))
            {
                rows[key] = row;
            }
        }

        return rows;
    }

    public static string KeyOf(DueOrder order) => RowKeys.Due(order.DueTicks, order.OrderId, order.IsPermanent);
}
