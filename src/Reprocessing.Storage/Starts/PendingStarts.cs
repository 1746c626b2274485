namespace Reprocessing.Storage.Starts;

/// <summary>Starts that were decided and may have been lost in a crash.</summary>
public interface IPendingStarts
{
    /// <summary>Workflows that were to start before <paramref name="decidedBefore"/> and have not begun, oldest first.</summary>
    IAsyncEnumerable<OrderStart> ReadAsync(DateTimeOffset decidedBefore, CancellationToken cancellationToken);

    /// <summary>The start was asked for again. It is listed later, unless the workflow begins.</summary>
    /// <param name="answer">Why it was not accepted; null when it was.</param>
    /// <param name="latest">It is listed by then, whatever was asked before.</param>
    Task<ChangeOutcome> DeferAsync(OrderStart start, string? answer, DateTimeOffset? latest, CancellationToken cancellationToken);

    /// <summary>The workflow has not begun in time: the attempt has failed, unless the workflow has begun meanwhile.</summary>
    Task<bool> FailAsync(OrderStart start, string reason, RetryStrategy strategy, CancellationToken cancellationToken);
}

internal sealed class PendingStarts(StorageTables tables, TimeProvider time, ILogger<PendingStarts> logger) : IPendingStarts
{
    private const int PageSize = 25;

    private readonly OrderChanger _changer = new(tables);

    public IAsyncEnumerable<OrderStart> ReadAsync(DateTimeOffset decidedBefore, CancellationToken cancellationToken) => tables.Orders
        .MergeAsync(tables.Ranges(RowKeys.StartIndex, before: RowKeys.Ticks(decidedBefore.UtcTicks)), PageSize, cancellationToken)
        .Select(async (found, cancelled) => await ReadAsync(found.Row, cancelled))
        .OfType<OrderStart>();

    public async Task<ChangeOutcome> DeferAsync(OrderStart start, string? answer, DateTimeOffset? latest, CancellationToken cancellationToken) =>
        (await _changer.ChangeAsync(
            start.OrderId,
            withInput: false,
            order => OrderTransitions.DeferStart(order, start.WorkflowId, answer, latest, time.GetUtcNow()),
            cancellationToken)).Outcome;

    public async Task<bool> FailAsync(OrderStart start, string reason, RetryStrategy strategy, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (outcome, _) = await _changer.ChangeAsync(start.OrderId, withInput: true, Fail, cancellationToken);
        return outcome is ChangeOutcome.Changed;

        Transition Fail(Order order)
        {
            var said = order.StartRetry is { Answer: { } answer } retry && retry.WorkflowId == start.WorkflowId ? $"{reason} {answer}" : reason;
            var failure = OrderFailure.From(new(start.OrderId, FailureStatuses.NotAcknowledged, start.WorkflowId, now, said));
            return OrderTransitions.FailStart(order, failure, OrderStore.DueAt(order, failure, strategy, now), now);
        }
    }

    private async Task<OrderStart?> ReadAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var orderId = row.GetString("OrderId") ?? row.RowKey;
        try
        {
            var stored = await OrderReader.ReadAsync(tables, orderId, withInput: true, cancellationToken);
            return stored is not null && OrderRows.StartKey(stored.Order) == row.RowKey ? stored.ReadStart() : null;
        }
        catch (BrokenRowException exception)
        {
            Log.StartUnreadable(logger, orderId, exception.Message);
            return null;
        }
    }
}
