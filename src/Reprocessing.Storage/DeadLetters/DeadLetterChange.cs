using Azure.Data.Tables;
using Reprocessing.Domain.DeadLetters;

namespace Reprocessing.Storage.DeadLetters;

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
