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
    Task<Page<SkippedRecord>> ListSkippedAsync(string exportId, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>The text of all pages. What they came to stays.</summary>
    Task DeleteContentAsync(string exportId, CancellationToken cancellationToken);
}

/// <summary>A page with all that is in it.</summary>
public sealed record WrittenPage(ExportPage Page, ReadOnlyMemory<byte> Text, IReadOnlyList<SkippedRecord> Skipped);

/// <summary>A part of an export's content.</summary>
/// <param name="Number">From 1.</param>
/// <param name="To">Where the next one begins.</param>
/// <param name="IsLast">Nothing follows.</param>
public sealed record ExportPage(int Number, ExportCounts Counts, long Bytes, OrderCursor To, bool IsLast);

/// <param name="Bytes">Of the content.</param>
/// <param name="Pages">That are written.</param>
public sealed record ExportTotals(ExportCounts Counts, long Bytes, int Pages);

internal sealed class ExportPages(StorageTables tables) : IExportPages
{
    public async Task<ExportPage?> GetAsync(string exportId, int number, CancellationToken cancellationToken) =>
        await tables.Imports.FindAsync(exportId, ExportRows.Page(number), cancellationToken, ExportRows.PageColumns) is { } row
            ? ExportRows.ReadPage(row)
            : null;

    public async Task<ExportPage> SaveAsync(string exportId, WrittenPage page, string attempt, CancellationToken cancellationToken)
    {
        var number = page.Page.Number;
        var pieces = await ImportRows.WriteAsync(
            tables.Imports, exportId, index => ExportRows.Piece(number, attempt, index), page.Text, cancellationToken);
        var head = ExportRows.PageRow(exportId, page.Page, page.Skipped);
        (head[ExportRows.Attempt], head[ExportRows.Pieces]) = (attempt, pieces);
        try
        {
            await tables.Imports.AddEntityAsync(head, cancellationToken);
            return page.Page;
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            // An earlier call was first, and the next page may have been begun where that one ended.
            return await GetAsync(exportId, number, cancellationToken)
                ?? throw new InvalidOperationException($"Page {number} of export {exportId} is gone.");
        }
    }

    public async Task<ExportTotals> SumAsync(string exportId, CancellationToken cancellationToken)
    {
        var totals = new ExportTotals(new(), 0, 0);
        await foreach (var page in ListAsync(exportId, cancellationToken))
        {
            totals = new(totals.Counts.Add(page.Counts), totals.Bytes + page.Bytes, totals.Pages + 1);
        }

        return totals;
    }

    public IAsyncEnumerable<ExportPage> ListAsync(string exportId, CancellationToken cancellationToken) => tables.Imports
        .ReadAsync(new(exportId, ExportRows.PagePrefix), cancellationToken, columns: ExportRows.PageColumns)
        .Select(ExportRows.ReadPage);

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        string exportId, int number, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var head = await GetRowAsync(exportId, ExportRows.Page(number), cancellationToken);
        var attempt = head.GetString(ExportRows.Attempt) ?? string.Empty;
        for (var index = 0; index < head.GetInt32(ExportRows.Pieces).GetValueOrDefault(); index++)
        {
            yield return ImportRows.ReadBytes(await GetRowAsync(exportId, ExportRows.Piece(number, attempt, index), cancellationToken));
        }
    }

    public Task<Page<SkippedRecord>> ListSkippedAsync(string exportId, int limit, string? token, CancellationToken cancellationToken)
    {
        var (fromPage, fromIndex) = ParseToken(token);
        var before = ExportRows.Page(Math.Max(fromPage - 1, 0))[ExportRows.PagePrefix.Length..];
        return tables.Imports.ReadAsync(new(exportId, ExportRows.PagePrefix, before, Condition: "Skipped gt 0"), cancellationToken, pageSize: 10)
            .SelectMany(row => ExportRows.ReadSkipped(row).Index().Select(one => (Page: ExportRows.ReadPage(row).Number, one.Index, Record: one.Item)))
            .Where(one => one.Page > fromPage || one.Index > fromIndex)
            .Select(one => (one.Record, string.Create(CultureInfo.InvariantCulture, $"{one.Page}|{one.Index}")))
            .PageAsync(limit);
    }

    public Task DeleteContentAsync(string exportId, CancellationToken cancellationToken) => RowDeletion.DeleteAsync(
        tables.Imports, new KeyRange(exportId, ExportRows.PiecePrefix), cancellationToken);

    private static (int Page, int Index) ParseToken(string? token)
    {
        if (token is null)
        {
            return (0, -1);
        }

        var parts = token.Split('|');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (page, index)
            : throw new FormatException("The cursor is none that was given out.");
    }

    private async Task<TableEntity> GetRowAsync(string exportId, string key, CancellationToken cancellationToken) =>
        await tables.Imports.FindAsync(exportId, key, cancellationToken) ?? throw new InvalidOperationException($"Row {exportId}/{key} is gone.");
}
