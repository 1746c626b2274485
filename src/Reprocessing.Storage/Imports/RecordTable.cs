namespace Reprocessing.Storage.Imports;

/// <summary>How records of a kind are kept: each is a partition whose head it is, and a row of the partition that lists them.</summary>
/// <param name="List">The partition of the list.</param>
/// <param name="Head">The key of a record's own row. Kinds that share a table have one each, so that none is taken for another.</param>
/// <param name="IdColumn">Of a row of the list.</param>
internal sealed record RecordKind<T>(string List, string Head, string IdColumn, Func<T, string> IdOf, Func<T, DateTimeOffset> CreatedAt, Func<T, string> StateOf);

/// <summary>Imports and exports, from their requests to their ends.</summary>
internal sealed class RecordTable<T>(TableClient table, RecordKind<T> kind)
    where T : class
{
    public async Task CreateAsync(T record, CancellationToken cancellationToken)
    {
        // The listing first: a row of it that leads nowhere is passed over, a record that no list shows would never be seen.
        var listing = new TableEntity(kind.List, ListKey(record)) { [kind.IdColumn] = kind.IdOf(record) };
        await table.UpsertEntityAsync(listing, TableUpdateMode.Replace, cancellationToken);
        await table.UpsertEntityAsync(HeadRow(record), TableUpdateMode.Replace, cancellationToken);
    }

    public async Task<T?> GetAsync(string id, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) is { } row ? Read(row) : null;

    /// <summary>Newest first.</summary>
    public async Task<Page<T>> ListAsync(int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = ShardCursor.Parse(token) ?? string.Empty;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {kind.List} and RowKey gt {after}");
        List<T> records = [];
        string? last = null;
        await foreach (var row in table.QueryAsync<TableEntity>(filter, Math.Min(limit + 1, 1_000), cancellationToken: cancellationToken))
        {
            if (records.Count == limit)
            {
                return new(records, last);
            }

            if (await GetAsync(row.GetString(kind.IdColumn)!, cancellationToken) is { } record)
            {
                records.Add(record);
                last = row.RowKey;
            }
        }

        return new(records, null);
    }

    public async Task<T?> EditAsync(string id, Func<T, T?> edit, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadAsync(id, cancellationToken) is not { } row)
            {
                return null;
            }

            var stored = Read(row);
            if (edit(stored) is not { } edited)
            {
                return stored;
            }

            try
            {
                await table.UpdateEntityAsync(HeadRow(edited), row.ETag, TableUpdateMode.Replace, cancellationToken);
                return edited;
            }
            catch (RequestFailedException exception) when (exception.Status == 412)
            {
                // Somebody else's edit was stored, so this ends: a record sees few.
            }
        }
    }

    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (await GetAsync(id, cancellationToken) is not { } record)
        {
            return;
        }

        // The other way round than it was made, for the same reason.
        await table.DeleteEntityAsync(id, kind.Head, ETag.All, cancellationToken);
        await table.DeleteEntityAsync(kind.List, ListKey(record), ETag.All, cancellationToken);
    }

    private string ListKey(T record) => $"{RowKeys.Ticks(RowKeys.Inverted(kind.CreatedAt(record)))}|{kind.IdOf(record)}";

    private TableEntity HeadRow(T record)
    {
        var row = new TableEntity(kind.IdOf(record), kind.Head) { ["State"] = kind.StateOf(record), ["CreatedAt"] = kind.CreatedAt(record) };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(record));
        return row;
    }

    private static T Read(TableEntity row) => StorageJson.Read<T>(TextColumns.Read(row, OrderRows.Data));

    private async Task<TableEntity?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        // It comes from an address, and the service refuses to look for what can be no key.
        if (Identifiers.Problem(id) is not null)
        {
            return null;
        }

        var row = await table.GetEntityIfExistsAsync<TableEntity>(id, kind.Head, cancellationToken: cancellationToken);
        return row.HasValue ? row.Value : null;
    }
}
