using Reprocessing.Storage.Exports;

namespace Reprocessing.Storage.Tests.Exports;

[Collection(AzuriteTests.Name)]
public sealed class OrderScanTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_scan_that_goes_on_from_any_row_gives_the_rest_and_nothing_twice()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 3);
        var ids = await storage.AddFailedAsync(25);
        var scan = new OrderScan(storage.Tables);
        var all = await ReadAsync(scan, OrderCursor.Start);

        Assert.Equal(ids, all.OfType<ScannedRow.Read>().Select(row => row.Order.OrderId).Order(StringComparer.Ordinal));
        for (var done = 1; done <= all.Count; done++)
        {
            Assert.Equal(all.Skip(done).Select(row => row.Next), (await ReadAsync(scan, all[done - 1].Next)).Select(row => row.Next));
        }
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_told_of_in_its_place()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var ids = await storage.AddFailedAsync(3);
        var partition = storage.Tables.PartitionOf(ids[1]);
        var broken = new TableEntity(partition, RowKeys.Order(ids[1])) { [OrderRows.Data] = "{ this is not an order" };
        await storage.Tables.Orders.UpdateEntityAsync(broken, Azure.ETag.All, TableUpdateMode.Merge);

        var rows = await ReadAsync(new OrderScan(storage.Tables), OrderCursor.Start);

        Assert.Equal([ids[0], ids[2]], rows.OfType<ScannedRow.Read>().Select(row => row.Order.OrderId));
        var told = Assert.Single(rows.OfType<ScannedRow.Broken>()).Row;
        Assert.Equal((ids[1], $"{partition}/o|{ids[1]}"), (told.OrderId, told.Key));
        Assert.IsType<ScannedRow.Broken>(rows[1]);
    }

    private static async Task<List<ScannedRow>> ReadAsync(OrderScan scan, OrderCursor from)
    {
        List<ScannedRow> rows = [];
        await foreach (var row in scan.ReadAsync(status: null, from, default))
        {
            rows.Add(row);
        }

        return rows;
    }
}
