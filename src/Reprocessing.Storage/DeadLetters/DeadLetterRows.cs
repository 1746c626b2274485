using Azure.Data.Tables;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>
/// The entry is its own place in the listing: the order knows when it was moved, so the key is known both ways, and there
/// is no second copy to keep in step.
/// </summary>
internal static class DeadLetterRows
{
    public static TableEntity Write(string partition, DeadLetterEntry entry)
    {
        var row = new TableEntity(partition, RowKeys.DeadLetter(entry.MovedToQueueAt, entry.OrderId))
        {
            ["OrderId"] = entry.OrderId,
            ["CustomerId"] = entry.CustomerId,
            [OrderRows.Status] = entry.FinalFailureStatus,
            ["ErrorType"] = StableNames.Of(entry.ErrorType),
            ["Fingerprint"] = entry.Fingerprint,
            ["FailedAt"] = entry.FailedAt,
            ["Resolution"] = entry.Resolution ?? string.Empty,
        };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(entry));
        return row;
    }

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static DeadLetterEntry Read(TableEntity row) => StorageJson.Read<DeadLetterEntry>(TextColumns.Read(row, OrderRows.Data));
}
