using Azure.Data.Tables;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters;

internal static class DeadLetterReader
{
    // An entry that is reopened between the two reads has moved; that it does so time and again is out of the question.
    private const int MaxGoes = 3;

    /// <summary>Of an order by its id.</summary>
    /// <exception cref="BrokenRowException">A row cannot be read.</exception>
    public static async Task<(StoredOrder? Order, StoredDeadLetter? Letter)> ReadAsync(
        StorageTables tables, string orderId, CancellationToken cancellationToken)
    {
        for (var go = 1; ; go++)
        {
            var order = await OrderReader.ReadAsync(tables, orderId, withInput: false, cancellationToken);
            var letter = await ReadAsync(tables, order?.Order, cancellationToken);
            if (letter is not null || order?.Order.DeadLetteredAt is null || go == MaxGoes)
            {
                return (order, letter);
            }
        }
    }

    /// <returns>Null when the order has no entry.</returns>
    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static async Task<StoredDeadLetter?> ReadAsync(StorageTables tables, Order? order, CancellationToken cancellationToken)
    {
        if (order?.DeadLetteredAt is not { } movedAt)
        {
            return null;
        }

        var row = await tables.Orders.GetEntityIfExistsAsync<TableEntity>(
            tables.PartitionOf(order.OrderId), RowKeys.DeadLetter(movedAt, order.OrderId), cancellationToken: cancellationToken);
        return row.HasValue ? DeadLetterRows.ReadStored(row.Value!) : null;
    }
}
