namespace Reprocessing.Storage.Exports;

public interface IExportStore
{
    Task CreateAsync(ExportRecord export, CancellationToken cancellationToken);

    Task<ExportRecord?> GetAsync(string exportId, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    Task<Page<ExportRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    /// <summary>
    /// Reads, edits, writes under the ETag, and again when somebody was quicker; an edit that answers null changes nothing.
    /// </summary>
    /// <returns>As it is stored afterwards; null when there is no such export.</returns>
    Task<ExportRecord?> EditAsync(string exportId, Func<ExportRecord, ExportRecord?> edit, CancellationToken cancellationToken);

    /// <summary>All that have not ended or whose content is not known to be deleted, the oldest first.</summary>
    IAsyncEnumerable<ExportRecord> ListKeptAsync(CancellationToken cancellationToken);

    /// <summary>Its content is deleted: it is none of those any more.</summary>
    Task ForgetKeptAsync(ExportRecord export, CancellationToken cancellationToken);
}
