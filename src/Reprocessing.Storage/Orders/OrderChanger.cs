using Azure.Data.Tables.Models;

namespace Reprocessing.Storage.Orders;

/// <summary>Reads an order, asks the state machine, writes the difference in one transaction; and again when somebody else was quicker.</summary>
/// <remarks>A crash before the transaction changed nothing; after it, the state machine answers that it is done.</remarks>
internal sealed class OrderChanger(StorageTables tables)
{
    private const int MaxAttempts = 8;

    /// <param name="known">The order as the caller has just read it. It is read again when somebody else was quicker.</param>
    /// <returns>The outcome, and the order as it was written; null when nothing was.</returns>
    public async Task<(ChangeOutcome Outcome, StoredOrder? Written)> ChangeAsync(
        string orderId,
        bool withInput,
        Func<Order, Transition> transition,
        CancellationToken cancellationToken,
        StoredOrder? known = null)
    {
        HashSet<string> missing = [];
        for (var attempt = 1; ; attempt++)
        {
            var stored = known ?? await OrderReader.ReadAsync(tables, orderId, withInput, cancellationToken);
            known = null;
            if (stored is null)
            {
                return (new ChangeOutcome.NotFound(), null);
            }

            switch (transition(stored.Order))
            {
                case Transition.Refused refused:
                    return (new ChangeOutcome.Refused(refused.Reason, refused.Message), null);
                case Transition.Applied applied:
                    if (await TryWriteAsync(stored, applied, missing, isLast: attempt == MaxAttempts, cancellationToken) is { } written)
                    {
                        return (new ChangeOutcome.Changed(applied.Order), written);
                    }

                    break;
                default:
                    return (new ChangeOutcome.Unchanged(stored.Order), null);
            }
        }
    }

    private async Task<StoredOrder?> TryWriteAsync(
        StoredOrder stored, Transition.Applied applied, HashSet<string> missing, bool isLast, CancellationToken cancellationToken)
    {
        var change = new OrderChange(tables.PartitionOf(stored.Order.OrderId), stored, applied.Order, applied.Events, stored.InputText);
        List<TableTransactionAction> actions = [.. change.Actions().Where(action => !missing.Contains(action.Entity.RowKey))];
        try
        {
            // The order's own row is the first. Alone it is merged without a transaction, which costs client and service less.
            var answer = actions is [{ ActionType: TableTransactionActionType.UpdateMerge, Entity: TableEntity row }]
                ? await tables.Orders.UpdateEntityAsync(row, stored.ETag, TableUpdateMode.Merge, cancellationToken)
                : (await tables.Orders.SubmitTransactionAsync(actions, cancellationToken)).Value[0];
            return change.Written(answer.Headers.ETag);
        }
        catch (RequestFailedException exception) when (!isLast && exception.Status is 404 or 409 or 412 && exception.ErrorCode != TableErrorCode.TableNotFound)
        {
            // An index row that is to go and is not there went with a change that the next read shows, or by hand; the order must not be stuck for that.
            if (exception is TableTransactionFailedException { Status: 404, FailedTransactionActionIndex: { } index }
                && index < actions.Count
                && actions[index] is { ActionType: TableTransactionActionType.Delete, Entity.RowKey: var rowKey })
            {
                missing.Add(rowKey);
            }

            return null;
        }
    }
}

internal static class OrderReader
{
    public static async Task<StoredOrder?> ReadAsync(
        StorageTables tables, string orderId, bool withInput, CancellationToken cancellationToken)
    {
        var columns = withInput ? null : OrderRows.HeadColumns;
        return await tables.Orders.FindAsync(tables.PartitionOf(orderId), RowKeys.Order(orderId), cancellationToken, columns) is { } row ? OrderRows.ReadOrder(row) : null;
    }

    /// <returns>Null too when it cannot be read: that is told by whoever comes to work on it.</returns>
    public static async Task<StoredOrder?> TryReadAsync(StorageTables tables, string orderId, bool withInput, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(tables, orderId, withInput, cancellationToken);
        }
        catch (BrokenRowException)
        {
            return null;
        }
    }
}

/// <summary>Orders as this process has just written them: a workflow's next stage need not read what its last one wrote, nor its first what the run did.</summary>
/// <remarks>
/// One that another process has changed meanwhile is found by its ETag when the stage is stored; until then the stage works on it in vain, as it does
/// when the change comes during its work. That is rare: whoever takes an order from a workflow also ends the workflow. The time is for those who died
/// in between; it is longer than a stage waits for its turn when thousands are at work. A stage uses an entry once.
/// </remarks>
internal sealed class OrderCache(TimeProvider time)
{
    private const int MaxOrders = 5_000;
    private const int MaxInput = 4_000;

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (StoredOrder Stored, DateTimeOffset At)> _orders = new(StringComparer.Ordinal);

    public void Put(StoredOrder stored)
    {
        if (_orders.Count >= MaxOrders)
        {
            _orders.Clear();
        }

        if (stored.ETag != ETag.All && stored.InputText is { Length: <= MaxInput })
        {
            _orders[stored.Order.OrderId] = (stored, time.GetUtcNow());
        }
    }

    public StoredOrder? Find(string orderId) => _orders.TryGetValue(orderId, out var entry) ? Young(entry) : null;

    public StoredOrder? Take(string orderId) => _orders.TryRemove(orderId, out var entry) ? Young(entry) : null;

    private StoredOrder? Young((StoredOrder Stored, DateTimeOffset At) entry) => time.GetUtcNow() - entry.At < MaxAge ? entry.Stored : null;
}
