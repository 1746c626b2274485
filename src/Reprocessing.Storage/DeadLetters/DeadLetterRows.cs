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
            [ErrorType] = EnumNames.Of(entry.ErrorType),
            [Fingerprint] = entry.Fingerprint,
            [FailedAt] = entry.FailedAt,
            [Resolution] = entry.Resolution is { } resolution ? EnumNames.Of(resolution) : string.Empty,
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

/// <summary>An entry as it was read, with what guards a change of it.</summary>
internal sealed record StoredDeadLetter(DeadLetterEntry Entry, string RowKey, ETag ETag);

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
