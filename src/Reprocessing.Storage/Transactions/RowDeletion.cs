namespace Reprocessing.Storage.Transactions;

/// <summary>Deletes ranges of rows. What is gone already is no fault: the deletion may be asked for again.</summary>
internal static class RowDeletion
{
    public static async Task DeleteAsync(
        TableClient table, string partition, string from, string to, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
        await DeleteAsync(table, filter, cancellationToken);
    }

    /// <summary>Rows of any partition, by what the filter says.</summary>
    public static async Task DeleteAsync(TableClient table, string filter, CancellationToken cancellationToken)
    {
        List<TableEntity> batch = [];
        await foreach (var row in table.QueryAsync<TableEntity>(filter, 1_000, ["PartitionKey", "RowKey"], cancellationToken))
        {
            if (batch.Count == UnitSubmitter.MaxOperations || (batch.Count > 0 && batch[0].PartitionKey != row.PartitionKey))
            {
                await DeleteAsync(table, batch, cancellationToken);
                batch.Clear();
            }

            batch.Add(row);
        }

        await DeleteAsync(table, batch, cancellationToken);
    }

    private static async Task DeleteAsync(TableClient table, List<TableEntity> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        try
        {
            await table.SubmitTransactionAsync(
                rows.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)), cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            foreach (var row in rows)
            {
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
            }
        }
    }
}
