using Reprocessing.Domain.Names;

namespace Reprocessing.Storage.Imports;

internal sealed class ImportStore(StorageTables tables) : IImportStore
{
    private readonly RecordTable<ImportRecord> _records = new(tables.Imports, new(
        ImportRows.List,
        ImportRows.Head,
        ImportRows.ImportId,
        import => import.ImportId,
        import => import.CreatedAt,
        import => StableNames.Of(import.State)));

    public Task CreateAsync(ImportRecord import, CancellationToken cancellationToken) => _records.CreateAsync(import, cancellationToken);

    public Task<ImportRecord?> GetAsync(string importId, CancellationToken cancellationToken) => _records.GetAsync(importId, cancellationToken);

    public Task<Page<ImportRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken) =>
        _records.ListAsync(limit, token, cancellationToken);

    public Task<ImportRecord?> EditAsync(
        string importId, Func<ImportRecord, ImportRecord?> edit, CancellationToken cancellationToken) =>
        _records.EditAsync(importId, edit, cancellationToken);

    public Task DeleteAsync(string importId, CancellationToken cancellationToken) => _records.DeleteAsync(importId, cancellationToken);
}
