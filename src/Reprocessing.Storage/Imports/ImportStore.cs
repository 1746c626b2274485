using Azure;
using Azure.Data.Tables;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Shards;

namespace Reprocessing.Storage.Imports;

internal sealed class ImportStore(StorageTables tables) : IImportStore
{
    public async Task CreateAsync(ImportRecord import, CancellationToken cancellationToken)
    {
        // The listing first: a row of it that leads nowhere is passed over, an import that no list shows would never be seen.
        await tables.Imports.UpsertEntityAsync(ImportRows.ListRow(import), TableUpdateMode.Replace, cancellationToken);
        await tables.Imports.UpsertEntityAsync(ImportRows.HeadRow(import), TableUpdateMode.Replace, cancellationToken);
    }

    public async Task<ImportRecord?> GetAsync(string importId, CancellationToken cancellationToken) =>
        await ReadAsync(importId, cancellationToken) is { } row ? ImportRows.ReadHead(row) : null;

    public async Task<Page<ImportRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = ShardCursor.Parse(token) ?? string.Empty;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ImportRows.List} and RowKey gt {after}");
        List<ImportRecord> imports = [];
        string? last = null;
        await foreach (var row in tables.Imports.QueryAsync<TableEntity>(
            filter, Math.Min(limit + 1, 1_000), cancellationToken: cancellationToken))
        {
            if (imports.Count == limit)
            {
                return new(imports, last);
            }

            if (await GetAsync(row.GetString(ImportRows.ImportId)!, cancellationToken) is { } import)
            {
                imports.Add(import);
                last = row.RowKey;
            }
        }

        return new(imports, null);
    }

    public async Task<ImportRecord?> EditAsync(
        string importId, Func<ImportRecord, ImportRecord?> edit, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadAsync(importId, cancellationToken) is not { } row)
            {
                return null;
            }

            var stored = ImportRows.ReadHead(row);
            if (edit(stored) is not { } edited)
            {
                return stored;
            }

            try
            {
                await tables.Imports.UpdateEntityAsync(ImportRows.HeadRow(edited), row.ETag, TableUpdateMode.Replace, cancellationToken);
                return edited;
            }
            catch (RequestFailedException exception) when (exception.Status == 412)
            {
                // Somebody else's edit was stored, so this ends: an import sees few.
            }
        }
    }

    public async Task DeleteAsync(string importId, CancellationToken cancellationToken)
    {
        if (await GetAsync(importId, cancellationToken) is not { } import)
        {
            return;
        }

        // The other way round than it was made, for the same reason.
        await tables.Imports.DeleteEntityAsync(importId, ImportRows.Head, ETag.All, cancellationToken);
        await tables.Imports.DeleteEntityAsync(ImportRows.List, ImportRows.ListKey(import), ETag.All, cancellationToken);
    }

    private async Task<TableEntity?> ReadAsync(string importId, CancellationToken cancellationToken)
    {
        // It comes from an address, and the service refuses to look for what can be no key.
        if (Identifiers.Problem(importId) is not null)
        {
            return null;
        }

        var row = await tables.Imports.GetEntityIfExistsAsync<TableEntity>(importId, ImportRows.Head, cancellationToken: cancellationToken);
        return row.HasValue ? row.Value : null;
    }
}
