using Reprocessing.Domain.Imports;

namespace Reprocessing.Storage.Imports;

/// <summary>What the pages of imports came to. A page is written whole and may be written again: it is one page all the same.</summary>
public interface IImportPages
{
    /// <summary>The rejected records first, then the page, which makes them count.</summary>
    Task SaveAsync(string importId, ImportPage page, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellationToken);

    Task<ImportTotals> SumAsync(string importId, CancellationToken cancellationToken);

    /// <summary>In the order of the input.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    Task<Page<RejectedRecord>> ListRejectedAsync(string importId, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what the lookups of a page gave. The first that is kept stays: orders are stored with it, and the same page asked for
    /// again must store the same orders.
    /// </summary>
    /// <param name="attempt">Whose it is: two that write at once do not mix.</param>
    /// <param name="text">As much as it takes: spread over rows.</param>
    Task KeepLookupsAsync(string importId, int page, int attempt, string text, CancellationToken cancellationToken);

    /// <returns>Null when none were kept.</returns>
    Task<string?> ReadLookupsAsync(string importId, int page, CancellationToken cancellationToken);

    Task DeleteLookupsAsync(string importId, CancellationToken cancellationToken);
}
