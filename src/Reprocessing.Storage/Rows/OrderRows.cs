namespace Reprocessing.Storage.Rows;

/// <summary>Orders to rows and back. The record is JSON in <c>Data</c>; the other columns are for filters and people.</summary>
internal static class OrderRows
{
    public const string Data = "Data";
    public const string Input = "Input";
    public const string Events = "Events";
    public const string Status = "Status";
    public const string RunId = "RunId";

    /// <summary>A longer input is not copied into the due row: it is read from the order when the time comes.</summary>
    public const int MaxCopiedInput = 16_000;

    public static IReadOnlyList<string> HeadColumns { get; } = [.. TextColumns.Names(Data, 5), .. TextColumns.Names(Events, 2)];

    public static TableEntity Order(string partition, Order order, IReadOnlyList<TimelineEvent> openEvents) =>
        new TableEntity(partition, RowKeys.Order(order.OrderId))
    {
        ["OrderId"] = order.OrderId,
        ["CustomerId"] = order.CustomerId,
        [Status] = order.Status,
        ["Priority"] = EnumNames.Of(order.Snapshot.Priority),
        ["RetryCount"] = order.RetryCount,
        ["WorkflowId"] = order.WorkflowId ?? string.Empty,
        ["UpdatedAt"] = order.UpdatedAt,
    }.WithJson(order).WithJson(openEvents, Events);

    /// <summary><c>RunId</c> is always there: a comparison with a missing column is false.</summary>
    public static TableEntity Due(string partition, Order order) => new TableEntity(partition, DueKey(order)!)
    {
        ["OrderId"] = order.OrderId,
        [Status] = order.Status,
        [RunId] = order.LastRun?.RunId ?? string.Empty,
        [DeadLetterRows.ErrorType] = EnumNames.Of(order.Failure!.ErrorType),
        [DeadLetterRows.Fingerprint] = order.Failure.Fingerprint,
        [DeadLetterRows.FailedAt] = order.Failure.FailedAt,
        [DeadLetterRows.Reason] = DeadLetterRows.Beginning(order.Failure.Reason),
    }.WithJson(order);

    public static string? DueKey(Order order) => order is { DueAt: { } dueAt, Failure: { } failure }
        ? RowKeys.Due(dueAt.UtcTicks, order.OrderId, failure.IsPermanent)
        : null;

    public static string? StartKey(Order order) =>
        order.StartDueAt is { } dueAt ? RowKeys.Start(dueAt, order.OrderId) : null;

    public static TableEntity Start(string partition, Order order) => new(partition, StartKey(order)!)
    {
        ["OrderId"] = order.OrderId,
        ["WorkflowId"] = order.WorkflowId,
    };

    public static TableEntity EventPage(string partition, string orderId, IReadOnlyList<TimelineEvent> events) =>
        new TableEntity(partition, RowKeys.EventPage(orderId, events[0].Sequence)) { ["OrderId"] = orderId }.WithJson(events, Events);

    public static List<TimelineEvent> ReadEvents(TableEntity row) =>
        StorageJson.Read<List<TimelineEvent>>(row, Events);

    public static StoredOrder ReadOrder(TableEntity row) =>
        new(StorageJson.Read<Order>(row), ReadEvents(row), InputOf(row), row.ETag, ETag.All);

    public static StoredOrder ReadDue(TableEntity row) =>
        new(StorageJson.Read<Order>(row), [], InputOf(row), ETag.All, row.ETag);

    private static string? InputOf(TableEntity row) => row.ContainsKey(Input) ? TextColumns.Read(row, Input) : null;
}

/// <param name="OpenEvents">The end of the timeline that is not yet in a page of its own; always empty while failed.</param>
/// <param name="ETag">Of the order's row; any when it was read from its due row.</param>
/// <param name="DueETag">Of the due row; any when read from its own row. A change of a failed order writes both rows, so either guards.</param>
internal sealed record StoredOrder(
    Order Order, IReadOnlyList<TimelineEvent> OpenEvents, string? InputText, ETag ETag, ETag DueETag)
{
    public OrderInput ReadInput() =>
        StorageJson.Read<OrderInput>(InputText ?? throw new InvalidOperationException("The input was not read with the order."));

    public OrderStart ReadStart() => StartOf(Order);

    /// <summary>What the workflow of <paramref name="order"/>, a later state of this one, is started with.</summary>
    public OrderStart StartOf(Order order) => StartOf(order, ReadInput());

    /// <summary>Follows from the order alone: it is the same however often, and by whomever, it is tried.</summary>
    public static OrderStart StartOf(Order order, OrderInput input) => new(order.OrderId, order.WorkflowId!, order.RetryCount, order.Generation, input)
    {
        Modifications = order.Modifications,
        Checkpoint = order.Checkpoint,
        FailedTrace = order.FailedTrace,
        DecidedAt = order.Attempts is [.., var last] ? last.RequestedAt : order.CreatedAt,
    };
}
