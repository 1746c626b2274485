using Reprocessing.Domain.Exports;

namespace Reprocessing.Storage.Exports;

/// <summary>The content of exports, in pages. A page is written once: what was written first is what counts, whoever writes it again.</summary>
public interface IExportPages
{
    /// <summary>Null while it is not written.</summary>
    Task<ExportPage?> GetAsync(string exportId, int number, CancellationToken cancellationToken);

    /// <summary>The text first, then the page, which makes it count.</summary>
    /// <param name="attempt">Whose text it is: two that write at once do not mix.</param>
    /// <returns>The page that counts, which may be an earlier one.</returns>
    Task<ExportPage> SaveAsync(string exportId, WrittenPage page, string attempt, CancellationToken cancellationToken);

    Task<ExportTotals> SumAsync(string exportId, CancellationToken cancellationToken);

    /// <summary>In the order of the content.</summary>
    IAsyncEnumerable<ExportPage> ListAsync(string exportId, CancellationToken cancellationToken);

    /// <summary>The text of a page, a row of it in memory at a time.</summary>
    /// <exception cref="InvalidOperationException">The page is not there, or not any more.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string exportId, int number, CancellationToken cancellationToken);

    /// <summary>What could not be read, in the order of the content.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    Task<Page<SkippedRecord>> ListSkippedAsync(string exportId, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>The text of all pages. What they came to stays.</summary>
    Task DeleteContentAsync(string exportId, CancellationToken cancellationToken);
}

/// <summary>A page with all that is in it.</summary>
public sealed record WrittenPage(ExportPage Page, ReadOnlyMemory<byte> Text, IReadOnlyList<SkippedRecord> Skipped);
