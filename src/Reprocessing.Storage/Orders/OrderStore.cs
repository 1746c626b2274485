namespace Reprocessing.Storage.Orders;

/// <summary>Orders and what happens to them. Every change is one transaction over the order, its index rows and its timeline.</summary>
/// <remarks>Asked for again, after a crash or by a retry, it changes nothing and gives the same answer.</remarks>
public interface IOrderStore
{
    Task<CreateOutcome> CreateAsync(NewOrder order, CancellationToken cancellationToken);

    /// <summary>Many at once, in transactions of up to 100 rows a shard; an outcome for each, in the order given.</summary>
    Task<IReadOnlyList<CreateOutcome>> CreateManyAsync(IReadOnlyList<NewOrder> orders, CancellationToken cancellationToken);

    Task<Order?> GetAsync(string orderId, CancellationToken cancellationToken);

    Task<OrderInput?> GetInputAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Before a stage's work begins: whether the order is the workflow's. Whoever has lost it must end.</summary>
    Task<StageClaim> ClaimStageAsync(StageWork work, CancellationToken cancellationToken);

    /// <summary>After the work: one transaction stores the stage, and with the last stage the order's completion.</summary>
    Task<ChangeOutcome> FinishStageAsync(StageClaim.Held claim, CancellationToken cancellationToken);

    Task<ChangeOutcome> FailStageAsync(StageClaim.Held claim, FailureReport report, RetryStrategy strategy, CancellationToken cancellationToken);

    /// <summary>An outside service has an attempt in hand. Whoever is refused must end: the order belongs to another workflow.</summary>
    Task<ChangeOutcome> BeginExternalAsync(string orderId, string workflowId, RestartPoint point, CancellationToken cancellationToken);

    Task<ChangeOutcome> CompleteAsync(string orderId, string workflowId, CancellationToken cancellationToken);

    /// <summary>From the order's workflow or from outside; idempotent by the workflow id.</summary>
    /// <exception cref="ArgumentException">The report breaks a rule of <see cref="FailureReport.Check"/>.</exception>
    Task<ChangeOutcome> RecordFailureAsync(FailureReport report, RetryStrategy strategy, CancellationToken cancellationToken);

    /// <summary>Refused of a dead letter, which is cancelled by resolving it.</summary>
    Task<ChangeOutcome> CancelAsync(string orderId, AuditedAction action, CancellationToken cancellationToken);

    Task<Page<TimelineEvent>?> ReadTimelineAsync(string orderId, int limit, string? token, CancellationToken cancellationToken);
}

public abstract record ChangeOutcome
{
    public sealed record Changed(Order Order) : ChangeOutcome;

    public sealed record Unchanged(Order Order) : ChangeOutcome;

    public sealed record Refused(Refusal Reason, string Message) : ChangeOutcome;

    public sealed record NotFound : ChangeOutcome;
}

internal sealed class OrderStore(StorageTables tables, OrderCache cache, TimeProvider time) : IOrderStore
{
    private const int EventPagesARequest = 50;

    private readonly OrderCreation _creation = new(tables, time);
    private readonly OrderChanger _changer = new(tables);

    public async Task<CreateOutcome> CreateAsync(NewOrder order, CancellationToken cancellationToken) =>
        (await _creation.CreateAsync([order], cancellationToken))[0];

    public Task<IReadOnlyList<CreateOutcome>> CreateManyAsync(IReadOnlyList<NewOrder> orders, CancellationToken cancellationToken) =>
        _creation.CreateAsync(orders, cancellationToken);

    public async Task<Order?> GetAsync(string orderId, CancellationToken cancellationToken) =>
        (await OrderReader.ReadAsync(tables, orderId, withInput: false, cancellationToken))?.Order;

    public async Task<OrderInput?> GetInputAsync(string orderId, CancellationToken cancellationToken) =>
        (await OrderReader.ReadAsync(tables, orderId, withInput: true, cancellationToken))?.ReadInput();

    public async Task<StageClaim> ClaimStageAsync(StageWork work, CancellationToken cancellationToken)
    {
        // What is remembered may be old, and so is good for work to do and for nothing else: only a read tells that there is none.
        if (cache.Take(work.OrderId) is { } known && Claim(work, known) is StageClaim.Held { IsDone: false } held)
        {
            return held;
        }

        return await OrderReader.ReadAsync(tables, work.OrderId, withInput: true, cancellationToken) is { } stored
            ? Claim(work, stored)
            : new StageClaim.Lost($"There is no order {work.OrderId}.");
    }

    public async Task<ChangeOutcome> FinishStageAsync(StageClaim.Held claim, CancellationToken cancellationToken)
    {
        var (outcome, written) = await ChangeAsync(claim, order => OrderTransitions.FinishStage(order, claim.Work, claim.At, time.GetUtcNow()), cancellationToken);
        if (written is { Order.HasActiveWorkflow: true })
        {
            cache.Put(written);
        }

        return outcome;
    }

    public async Task<ChangeOutcome> FailStageAsync(
        StageClaim.Held claim, FailureReport report, RetryStrategy strategy, CancellationToken cancellationToken)
    {
        var failure = OrderFailure.From(report);
        return (await ChangeAsync(claim, Fail, cancellationToken)).Outcome;

        Transition Fail(Order order)
        {
            var now = time.GetUtcNow();
            return OrderTransitions.FailStage(order, claim.Work, failure, DueAt(order, failure, strategy, now), claim.At, now);
        }
    }

    public Task<ChangeOutcome> BeginExternalAsync(string orderId, string workflowId, RestartPoint point, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, order => OrderTransitions.Begin(order, workflowId, point, time.GetUtcNow(), isExternal: true), cancellationToken);

    public Task<ChangeOutcome> CompleteAsync(string orderId, string workflowId, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, order => OrderTransitions.Complete(order, workflowId, time.GetUtcNow()), cancellationToken);

    public Task<ChangeOutcome> RecordFailureAsync(FailureReport report, RetryStrategy strategy, CancellationToken cancellationToken)
    {
        var failure = OrderFailure.From(report);
        return ChangeAsync(report.OrderId, order => Fail(order, failure, strategy, time.GetUtcNow()), cancellationToken, withInput: true);
    }

    public Task<ChangeOutcome> CancelAsync(string orderId, AuditedAction action, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(action.Reason);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(action.Reason.Length, OrderFailure.MaxReason, nameof(action));
        return ChangeAsync(orderId, order => OrderTransitions.Cancel(order, action, time.GetUtcNow()), cancellationToken);
    }

    public async Task<Page<TimelineEvent>?> ReadTimelineAsync(string orderId, int limit, string? token, CancellationToken cancellationToken)
    {
        // The order first: events only ever move from it into pages, so they may be seen twice (their number tells), but never missed.
        var stored = await OrderReader.ReadAsync(tables, orderId, withInput: false, cancellationToken);
        return stored is null ? null : await ReadEventsAsync(stored, token, cancellationToken).PageAsync(limit);
    }

    /// <summary>The pages in their rows, then the events still on the order's own row, at the position that they will have as a page.</summary>
    private async IAsyncEnumerable<(TimelineEvent Item, string Position)> ReadEventsAsync(
        StoredOrder stored, string? token, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var orderId = stored.Order.OrderId;
        var range = new KeyRange(tables.PartitionOf(orderId), RowKeys.EventPrefix(orderId));
        var (page, place) = TableReads.ParsePlace(token);
        var last = page is null ? -1 : int.Parse(page, NumberStyles.None, CultureInfo.InvariantCulture) + place;
        await foreach (var told in tables.Orders.ReadWithinAsync(
            range, (row, _) => Task.FromResult(OrderRows.ReadEvents(row)), token, EventPagesARequest, cancellationToken))
        {
            last = told.Item.Sequence;
            yield return told;
        }

        foreach (var (number, told) in stored.OpenEvents.Index().Where(open => open.Item.Sequence > last))
        {
            yield return (told, string.Create(CultureInfo.InvariantCulture, $"{stored.OpenEvents[0].Sequence:D10}|{number}"));
        }
    }

    private StageClaim Claim(StageWork work, StoredOrder stored)
    {
        if (stored.Order.Attempts.LastOrDefault(attempt => attempt.WorkflowId == work.WorkflowId)?.Failure is { } failure)
        {
            return new StageClaim.Failed(failure);
        }

        var now = time.GetUtcNow();
        return OrderTransitions.FinishStage(stored.Order, work, now, now) switch
        {
            Transition.Refused refused => new StageClaim.Lost(refused.Message),
            Transition.Unchanged => new StageClaim.Finished(),
            _ => new StageClaim.Held(work, stored, now),
        };
    }

    internal static Transition Fail(Order order, OrderFailure failure, RetryStrategy strategy, DateTimeOffset now) =>
        OrderTransitions.Fail(order, failure, DueAt(order, failure, strategy, now), now);

    /// <summary>The wait counts from the failure: whoever repeats the report writes the same due row, and a backlog that arrives late is due at once.</summary>
    /// <remarks>A reporter's clock that runs ahead must not hold the order back.</remarks>
    internal static DateTimeOffset DueAt(Order order, OrderFailure failure, RetryStrategy strategy, DateTimeOffset now) =>
        (failure.FailedAt < now ? failure.FailedAt : now) + strategy.DelayBefore(order.RetryCount + 1, order.OrderId);

    private async Task<ChangeOutcome> ChangeAsync(
        string orderId, Func<Order, Transition> transition, CancellationToken cancellationToken, bool withInput = false)
    {
        cache.Take(orderId);
        return (await _changer.ChangeAsync(orderId, withInput, transition, cancellationToken)).Outcome;
    }

    /// <summary>From what the claim has read, so that a stage costs one read at most and one transaction.</summary>
    private Task<(ChangeOutcome Outcome, StoredOrder? Written)> ChangeAsync(
        StageClaim.Held claim, Func<Order, Transition> transition, CancellationToken cancellationToken) =>
        _changer.ChangeAsync(claim.Work.OrderId, withInput: true, transition, cancellationToken, claim.Stored);
}
