namespace Reprocessing.Storage.DeadLetters;

/// <summary>The entry's row is also its place in the list: the order knows when it was moved, and so the key.</summary>
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

    public static TableEntity Write(string partition, DeadLetterEntry entry) => new TableEntity(partition, KeyOf(entry))
    {
        ["OrderId"] = entry.OrderId,
        ["CustomerId"] = entry.CustomerId,
        [OrderRows.Status] = entry.FinalFailureStatus,
        [ErrorType] = EnumNames.Of(entry.ErrorType),
        [Fingerprint] = entry.Fingerprint,
        [FailedAt] = entry.FailedAt,
        [Resolution] = entry.Resolution is { } resolution ? EnumNames.Of(resolution) : string.Empty,
        [Schema] = entry.SchemaVersion,
        [Retries] = entry.TotalRetryAttempts,
        [Reason] = Beginning(entry.FinalFailureReason),
    }.WithJson(entry);

    public static string KeyOf(DeadLetterEntry entry) => RowKeys.DeadLetter(entry.MovedToQueueAt, entry.OrderId);

    public static DeadLetterEntry Read(TableEntity row)
    {
        var text = TextColumns.Read(row, OrderRows.Data);
        return row.GetInt32(Schema) >= DeadLetterEntry.CurrentSchema
            ? StorageJson.Read<DeadLetterEntry>(text)
            : DeadLetterMigration.Read(row, text);
    }

    public static string Beginning(string reason) => RecordText.Cut(reason, MaxReason);
}

internal sealed record StoredDeadLetter(DeadLetterEntry Entry, string RowKey, ETag ETag);

internal static class DeadLetterReader
{
    // An entry that is reopened between the two reads has moved; that it does so time and again is out of the question.
    private const int MaxAttempts = 3;

    public static async Task<(StoredOrder? Order, StoredDeadLetter? Letter)> ReadAsync(
        StorageTables tables, string orderId, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var order = await OrderReader.ReadAsync(tables, orderId, withInput: false, cancellationToken);
            var letter = await ReadAsync(tables, order?.Order, cancellationToken);
            if (letter is not null || order?.Order.DeadLetteredAt is null || attempt == MaxAttempts)
            {
                return (order, letter);
            }
        }
    }

    public static async Task<StoredDeadLetter?> ReadAsync(StorageTables tables, Order? order, CancellationToken cancellationToken)
    {
        if (order?.DeadLetteredAt is not { } movedAt)
        {
            return null;
        }

        var key = RowKeys.DeadLetter(movedAt, order.OrderId);
        return await tables.Orders.FindAsync(tables.PartitionOf(order.OrderId), key, cancellationToken) is { } row
            ? new(DeadLetterRows.Read(row), row.RowKey, row.ETag)
            : null;
    }
}

/// <summary>The rows that change with an entry. One entry an order: an earlier one goes in the transaction that adds it anew.</summary>
internal static class DeadLetterChange
{
    public static IEnumerable<TableTransactionAction> Move(string partition, StoredDeadLetter? earlier, DeadLetterEntry entry)
    {
        if (earlier is null)
        {
            return [new(TableTransactionActionType.Add, DeadLetterRows.Write(partition, entry))];
        }

        var row = DeadLetterRows.Write(partition, entry with { Notes = earlier.Entry.Notes });
        return row.RowKey == earlier.RowKey
            ? [new(TableTransactionActionType.UpdateReplace, row, earlier.ETag)]
            : [Delete(partition, earlier), new(TableTransactionActionType.Add, row)];
    }

    public static TableTransactionAction Update(string partition, StoredDeadLetter stored, DeadLetterEntry entry) =>
        new(TableTransactionActionType.UpdateReplace, DeadLetterRows.Write(partition, entry), stored.ETag);

    public static TableTransactionAction Delete(string partition, StoredDeadLetter stored) =>
        new(TableTransactionActionType.Delete, new TableEntity(partition, stored.RowKey), stored.ETag);
}
