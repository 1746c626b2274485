using Azure;
using Azure.Data.Tables;
using EndToEnd.Tests.Orders;
using Reprocessing.Storage.Rows;

namespace EndToEnd.Tests.Invariants;

/// <summary>A check that finds nothing proves nothing: each of these tampers with one row and must be told of it.</summary>
[Collection(Hosts.Storage.Name)]
public sealed class OrderInvariantsTests(Hosts.Storage storage)
{
    private const string OrderId = "order-00001";

    [Fact]
    public async Task Orders_that_nobody_touched_are_consistent() => Assert.Empty(await ViolationsAfterAsync((_, _) => Task.CompletedTask));

    [Fact]
    public async Task A_missing_due_row_is_found() =>
        Assert.Contains("has the due rows []", await OnlyViolationAfterAsync(async (store, rows) =>
            await store.Tables.Orders.DeleteEntityAsync(Assert.Single(rows.Of(OrderId, RowKeys.DueIndex)))), StringComparison.Ordinal);

    [Fact]
    public async Task A_due_row_that_was_left_behind_is_found() =>
        Assert.Contains("has the due rows", await OnlyViolationAfterAsync(async (store, rows) =>
        {
            var due = Assert.Single(rows.Of(OrderId, RowKeys.DueIndex));
            due.RowKey = RowKeys.Due(1, OrderId, isPermanent: false);
            await store.Tables.Orders.AddEntityAsync(due);
        }), StringComparison.Ordinal);

    [Fact]
    public async Task A_start_that_belongs_to_nothing_is_found() =>
        Assert.Contains("has the start rows", await OnlyViolationAfterAsync(async (store, _) =>
            await store.Tables.Orders.AddEntityAsync(
                new TableEntity(store.Tables.PartitionOf(OrderId), RowKeys.Start(DateTimeOffset.UnixEpoch, OrderId)) { ["OrderId"] = OrderId })), StringComparison.Ordinal);

    [Fact]
    public async Task An_order_that_is_there_twice_is_found() =>
        Assert.Contains("lost or doubled", await OnlyViolationAfterAsync(async (store, rows) =>
        {
            var order = Assert.Single(rows.Of(OrderId, 'o'));
            order.PartitionKey = "s99";
            await store.Tables.Orders.AddEntityAsync(order);
        }), StringComparison.Ordinal);

    [Fact]
    public async Task A_retry_that_was_burnt_twice_is_found() =>
        Assert.Contains("counts 2 retries", await OnlyViolationAfterAsync((store, rows) => ChangeAsync(store, rows, "\"retryCount\":0", "\"retryCount\":2")), StringComparison.Ordinal);

    [Fact]
    public async Task An_event_that_is_missing_is_found() =>
        Assert.Contains("of 3", await OnlyViolationAfterAsync((store, rows) => ChangeAsync(store, rows, "\"eventCount\":2", "\"eventCount\":3")), StringComparison.Ordinal);

    [Fact]
    public async Task Dead_letters_that_nobody_touched_are_consistent()
    {
        var store = await OrdersOnStorage.OpenAsync(storage);
        await store.SeedDeadLettersAsync(120, change: letter => letter with { Retries = 5 });
        var rows = await StoredRows.ReadAsync(store);
        Assert.Empty(store.SeededIds.SelectMany(orderId => OrderInvariants.Violations(rows, orderId)));
    }

    [Fact]
    public async Task An_entry_that_is_resolved_while_its_order_is_in_the_queue_is_found() =>
        Assert.Contains("its dead letter is resolved", await OnlyViolationOfEntryAsync(async (store, entry) =>
        {
            entry["Data"] = entry.GetString("Data")!.Replace("\"reopenCount\"", "\"resolution\":\"cancelled\",\"reopenCount\"", StringComparison.Ordinal);
            await store.Tables.Orders.UpdateEntityAsync(entry, ETag.All);
        }), StringComparison.Ordinal);

    [Fact]
    public async Task An_entry_that_is_missing_is_found() =>
        Assert.Contains("its dead letter is missing", await OnlyViolationOfEntryAsync(async (store, entry) =>
            await store.Tables.Orders.DeleteEntityAsync(entry)), StringComparison.Ordinal);

    private async Task<string> OnlyViolationOfEntryAsync(Func<OrdersOnStorage, TableEntity, Task> tamper)
    {
        var store = await OrdersOnStorage.OpenAsync(storage);
        await store.SeedDeadLettersAsync(2);
        var entry = Assert.Single((await StoredRows.ReadAsync(store)).Of("dead-00001", RowKeys.DeadLetterIndex));
        await tamper(store, entry);
        var rows = await StoredRows.ReadAsync(store);
        return Assert.Single(store.SeededIds.SelectMany(orderId => OrderInvariants.Violations(rows, orderId)));
    }

    private static async Task ChangeAsync(OrdersOnStorage store, StoredRows rows, string text, string changed)
    {
        var order = Assert.Single(rows.Of(OrderId, 'o'));
        var data = order.GetString("Data")!;
        Assert.Contains(text, data, StringComparison.Ordinal);
        var row = new TableEntity(order.PartitionKey, order.RowKey) { ["Data"] = data.Replace(text, changed, StringComparison.Ordinal) };
        await store.Tables.Orders.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge);
    }

    private async Task<string> OnlyViolationAfterAsync(Func<OrdersOnStorage, StoredRows, Task> tamper) =>
        Assert.Single(await ViolationsAfterAsync(tamper));

    private async Task<IReadOnlyList<string>> ViolationsAfterAsync(Func<OrdersOnStorage, StoredRows, Task> tamper)
    {
        var store = await OrdersOnStorage.OpenAsync(storage);
        await store.SeedFailedAsync(3);
        await tamper(store, await StoredRows.ReadAsync(store));
        var rows = await StoredRows.ReadAsync(store);
        return [.. store.SeededIds.SelectMany(orderId => OrderInvariants.Violations(rows, orderId))];
    }
}
