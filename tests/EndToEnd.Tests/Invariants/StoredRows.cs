using Azure.Data.Tables;
using EndToEnd.Tests.Orders;
using Reprocessing.Storage.Rows;

namespace EndToEnd.Tests.Invariants;

/// <summary>The whole table of orders as it was at one moment, by order and kind of row.</summary>
internal sealed class StoredRows
{
    private readonly ILookup<string, TableEntity> _byOrder;

    private StoredRows(IEnumerable<TableEntity> rows) =>
        _byOrder = rows.Where(row => row.ContainsKey("OrderId")).ToLookup(row => row.GetString("OrderId")!, StringComparer.Ordinal);

    public IEnumerable<string> OrderIds => _byOrder.Select(rows => rows.Key);

    public static async Task<StoredRows> ReadAsync(OrdersOnStorage store)
    {
        List<TableEntity> rows = [];
        await foreach (var row in store.Tables.Orders.QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return new StoredRows(rows);
    }

    public IEnumerable<TableEntity> Of(string orderId) => _byOrder[orderId];

    /// <summary>By the letter that the row's key begins with.</summary>
    public List<TableEntity> Of(string orderId, char kind) => [.. _byOrder[orderId].Where(row => row.RowKey[0] == kind)];

    public StoredOrder ReadOrder(string orderId) => OrderRows.ReadOrder(Assert.Single(Of(orderId, 'o')));
}
