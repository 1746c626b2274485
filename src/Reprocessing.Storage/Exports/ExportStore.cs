using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Imports;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Exports;

internal sealed class ExportStore(StorageTables tables) : IExportStore
{
    private readonly RecordTable<ExportRecord> _records = new(tables.Imports, new(
        ExportRows.List,
        ExportRows.Head,
        ExportRows.ExportId,
        export => export.ExportId,
        export => export.CreatedAt,
        export => StableNames.Of(export.State)));

    public async Task CreateAsync(ExportRecord export, CancellationToken cancellationToken)
    {
        // First of all: an export that this list does not show would be kept for ever.
        var kept = new TableEntity(ExportRows.Kept, KeptKey(export)) { [ExportRows.ExportId] = export.ExportId };
        await tables.Imports.UpsertEntityAsync(kept, TableUpdateMode.Replace, cancellationToken);
        await _records.CreateAsync(export, cancellationToken);
    }

    public Task<ExportRecord?> GetAsync(string exportId, CancellationToken cancellationToken) => _records.GetAsync(exportId, cancellationToken);

    public Task<Page<ExportRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken) =>
        _records.ListAsync(limit, token, cancellationToken);

    public Task<ExportRecord?> EditAsync(
        string exportId, Func<ExportRecord, ExportRecord?> edit, CancellationToken cancellationToken) =>
        _records.EditAsync(exportId, edit, cancellationToken);

    public async IAsyncEnumerable<ExportRecord> ListKeptAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ExportRows.Kept}");
        await foreach (var row in tables.Imports.QueryAsync<TableEntity>(filter, 1_000, cancellationToken: cancellationToken))
        {
            // A request that was cut off between the two rows leaves one that leads nowhere.
            if (await GetAsync(row.GetString(ExportRows.ExportId)!, cancellationToken) is { } export)
            {
                yield return export;
            }
        }
    }

    public Task ForgetKeptAsync(ExportRecord export, CancellationToken cancellationToken) =>
        tables.Imports.DeleteEntityAsync(ExportRows.Kept, KeptKey(export), ETag.All, cancellationToken);

    private static string KeptKey(ExportRecord export) => $"{RowKeys.Ticks(export.CreatedAt.UtcTicks)}|{export.ExportId}";
}
