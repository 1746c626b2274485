using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
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
    public const string ErrorType = "ErrorType";
    public const string Fingerprint = "Fingerprint";
    public const string FailedAt = "FailedAt";
    public const string Resolution = "Resolution";

    /// <summary>Rows of the first schema have none of these three.</summary>
    public const string Schema = "Schema";
    public const string Retries = "Retries";
    public const string Reason = "Reason";

    private const int MaxReason = 300;

    public static TableEntity Write(string partition, DeadLetterEntry entry)
    {
        var row = new TableEntity(partition, KeyOf(entry))
        {
            ["OrderId"] = entry.OrderId,
            ["CustomerId"] = entry.CustomerId,
            [OrderRows.Status] = entry.FinalFailureStatus,
            [ErrorType] = StableNames.Of(entry.ErrorType),
            [Fingerprint] = entry.Fingerprint,
            [FailedAt] = entry.FailedAt,
            [Resolution] = entry.Resolution is { } resolution ? StableNames.Of(resolution) : string.Empty,
            [Schema] = entry.SchemaVersion,
            [Retries] = entry.TotalRetryAttempts,
            [Reason] = Beginning(entry.FinalFailureReason),
        };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(entry));
        return row;
    }

    public static string KeyOf(DeadLetterEntry entry) => RowKeys.DeadLetter(entry.MovedToQueueAt, entry.OrderId);

    /// <summary>
    /// Null when nobody can read it: one row must not hide all others, and is told in the log each time that it is met.
    /// </summary>
    public static DeadLetterEntry? TryRead(TableEntity row, ILogger logger)
    {
        try
        {
            return Read(row);
        }
        catch (BrokenRowException exception)
        {
            Log.DeadLetterUnreadable(logger, row.PartitionKey, row.RowKey, exception.Message);
            return null;
        }
    }

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static DeadLetterEntry Read(TableEntity row)
    {
        var text = TextColumns.Read(row, OrderRows.Data);
        return row.GetInt32(Schema) >= DeadLetterEntry.CurrentSchema
            ? StorageJson.Read<DeadLetterEntry>(text)
            : DeadLetterMigration.Read(row, text);
    }

    public static StoredDeadLetter ReadStored(TableEntity row) => new(Read(row), row.RowKey, row.ETag);

    public static string Beginning(string reason) =>
        reason.Length <= MaxReason ? reason
        : char.IsHighSurrogate(reason[MaxReason - 1]) ? reason[..(MaxReason - 1)]
        : reason[..MaxReason];
}
