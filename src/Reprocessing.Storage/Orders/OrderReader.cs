using Azure.Data.Tables;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Orders;

internal static class OrderReader
{
    /// <returns>Null when there is no such order.</returns>
    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static async Task<StoredOrder?> ReadAsync(
        StorageTables tables, string orderId, bool withInput, CancellationToken cancellationToken)
    {
        var row = await tables.Orders.GetEntityIfExistsAsync<TableEntity>(
            tables.PartitionOf(orderId),
            RowKeys.Order(orderId),
            withInput ? null : OrderRows.HeadColumns,
            cancellationToken);
        return row.HasValue ? OrderRows.ReadOrder(row.Value!) : null;
    }
}
