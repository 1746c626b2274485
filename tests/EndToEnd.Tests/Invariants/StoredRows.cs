using Azure.Data.Tables;
using EndToEnd.Tests.Orders;
using Reprocessing.Storage.Rows;

namespace EndToEnd.Tests.Invariants;

/// <summary>The whole table of orders, by order and kind of row.</summary>
internal sealed class StoredRows
{
    private const int MostReads = 50;

    private readonly ILookup<string, TableEntity> _byOrder;

    private StoredRows(IEnumerable<TableEntity> rows) =>
        _byOrder = rows.Where(row => row.ContainsKey("OrderId")).ToLookup(row => row.GetString("OrderId")!, StringComparer.Ordinal);

    public IEnumerable<string> OrderIds => _byOrder.Select(rows => rows.Key);

    public static async Task<StoredRows> ReadAsync(OrdersOnStorage store) => new(await RowsAsync(store));

    /// <summary>
    /// As it was at one moment. A table is read page by page, and what an app that stops has sent is still stored meanwhile: some rows of a transaction
    /// would be from before it, others from after it. What two reads agree on was so in between.
    /// </summary>
    public static async Task<StoredRows> ReadAtOneMomentAsync(OrdersOnStorage store)
    {
        var rows = await RowsAsync(store);
        for (var reads = 2; ; reads++)
        {
            var again = await RowsAsync(store);
            if (rows.Select(Version).SequenceEqual(again.Select(Version)))
            {
                return new(again);
            }

            Assert.True(reads < MostReads, "The orders still change.");
            rows = again;
        }

        static (string, string, string) Version(TableEntity row) => (row.PartitionKey, row.RowKey, row.ETag.ToString());
    }

    public IEnumerable<TableEntity> Of(string orderId) => _byOrder[orderId];

    /// <summary>By the letter that the row's key begins with.</summary>
    public List<TableEntity> Of(string orderId, char kind) => [.. _byOrder[orderId].Where(row => row.RowKey[0] == kind)];

    public StoredOrder ReadOrder(string orderId) => OrderRows.ReadOrder(Assert.Single(Of(orderId, 'o')));

    private static async Task<List<TableEntity>> RowsAsync(OrdersOnStorage store)
    {
        List<TableEntity> rows = [];
        await foreach (var row in store.Tables.Orders.QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return rows;
    }
}
