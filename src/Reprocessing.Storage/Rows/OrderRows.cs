using Azure;
using Azure.Data.Tables;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;

namespace Reprocessing.Storage.Rows;

/// <summary>
/// Orders to rows and back. The record stands as JSON in <c>Data</c>; the columns beside it are for filters and for people,
/// and are never read back.
/// </summary>
internal static class OrderRows
{
    public const string Data = "Data";
    public const string Input = "Input";
    public const string Events = "Events";
    public const string Status = "Status";
    public const string RunId = "RunId";

    /// <summary>
    /// Each of an order's workflows is started with its input in one piece, and an engine that keeps that in a row as text, two
    /// bytes a character, holds no more. An order that was taken in must be one that can be started.
    /// </summary>
    public const int MaxInputBytes = 400 * 1_024;

    /// <summary>A longer input is not copied into the due row: it is read from the order when the time comes.</summary>
    public const int MaxCopiedInput = 16_000;

    /// <summary>All columns but the input.</summary>
    public static IReadOnlyList<string> HeadColumns { get; } = [.. TextColumns.Names(Data, 5), .. TextColumns.Names(Events, 2)];

    public static TableEntity Order(string partition, Order order, IReadOnlyList<TimelineEvent> openEvents)
    {
        var row = new TableEntity(partition, RowKeys.Order(order.OrderId))
        {
            ["OrderId"] = order.OrderId,
            ["CustomerId"] = order.CustomerId,
            [Status] = order.Status,
            ["Priority"] = Domain.Names.StableNames.Of(order.Snapshot.Priority),
            ["RetryCount"] = order.RetryCount,
            ["WorkflowId"] = order.WorkflowId ?? string.Empty,
            ["UpdatedAt"] = order.UpdatedAt,
        };
        TextColumns.Write(row, Data, StorageJson.Write(order));
        TextColumns.Write(row, Events, StorageJson.Write(openEvents));
        return row;
    }

    /// <summary>
    /// A column that is missing makes every comparison on it false, so <c>RunId</c> is always there.
    /// </summary>
    public static TableEntity Due(string partition, Order order)
    {
        var row = new TableEntity(partition, DueKey(order)!)
        {
            ["OrderId"] = order.OrderId,
            [Status] = order.Status,
            [RunId] = order.LastRun?.RunId ?? string.Empty,
        };
        TextColumns.Write(row, Data, StorageJson.Write(order));
        return row;
    }

    /// <summary>Null unless the order is failed.</summary>
    public static string? DueKey(Order order) => order is { DueAt: { } dueAt, Failure: { } failure }
        ? RowKeys.Due(dueAt.UtcTicks, order.OrderId, FailureStatuses.TryGet(failure.Status, out var status) && status.IsPermanent)
        : null;

    /// <summary>Null unless a workflow is to start.</summary>
    public static string? StartKey(Order order) =>
        order.StartDecidedAt is { } decidedAt ? RowKeys.Start(decidedAt, order.OrderId) : null;

    public static TableEntity Start(string partition, Order order) => new(partition, StartKey(order)!)
    {
        ["OrderId"] = order.OrderId,
        ["WorkflowId"] = order.WorkflowId,
    };

    public static TableEntity EventPage(string partition, string orderId, IReadOnlyList<TimelineEvent> events)
    {
        var row = new TableEntity(partition, RowKeys.EventPage(orderId, events[0].Sequence)) { ["OrderId"] = orderId };
        TextColumns.Write(row, Events, StorageJson.Write(events));
        return row;
    }

    public static IReadOnlyList<TimelineEvent> ReadEvents(TableEntity row) =>
        StorageJson.Read<List<TimelineEvent>>(TextColumns.Read(row, Events));

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static StoredOrder ReadOrder(TableEntity row) =>
        new(StorageJson.Read<Order>(TextColumns.Read(row, Data)), ReadEvents(row), InputOf(row), row.ETag, ETag.All);

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static StoredOrder ReadDue(TableEntity row) =>
        new(StorageJson.Read<Order>(TextColumns.Read(row, Data)), [], InputOf(row), ETag.All, row.ETag);

    private static string? InputOf(TableEntity row) => row.ContainsKey(Input) ? TextColumns.Read(row, Input) : null;
}
