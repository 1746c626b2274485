namespace Reprocessing.Storage.Imports;

public interface IImportStore
{
    Task CreateAsync(ImportRecord import, CancellationToken cancellationToken);

    Task<ImportRecord?> GetAsync(string importId, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    Task<Page<ImportRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    /// <summary>
    /// Reads, edits, writes under the ETag, and again when somebody was quicker; an edit that answers null changes nothing.
    /// </summary>
    /// <returns>As it is stored afterwards; null when there is no such import.</returns>
    Task<ImportRecord?> EditAsync(string importId, Func<ImportRecord, ImportRecord?> edit, CancellationToken cancellationToken);

    /// <summary>Of one that never began: its listing goes with it.</summary>
    Task DeleteAsync(string importId, CancellationToken cancellationToken);
}
