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
    public async Task<ExportPage?> GetAsync(string exportId, int number, CancellationToken cancellationToken)
    {
        var row = await tables.Imports.GetEntityIfExistsAsync<TableEntity>(
            exportId, ExportRows.Page(number), ExportRows.PageColumns, cancellationToken);
        return row.HasValue ? ExportRows.ReadPage(row.Value!) : null;
    }

    public async Task<ExportPage> SaveAsync(string exportId, WrittenPage page, string attempt, CancellationToken cancellationToken)
    {
        var (number, pieces) = (page.Page.Number, 0);
        for (var from = 0; from < page.Text.Length; from += ImportRows.PieceBytes)
        {
            var piece = page.Text.Slice(from, Math.Min(ImportRows.PieceBytes, page.Text.Length - from));
            var row = ExportRows.PieceRow(exportId, ExportRows.Piece(number, attempt, pieces++), piece.Span);
            await tables.Imports.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
        }

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

    public async IAsyncEnumerable<ExportPage> ListAsync(string exportId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in QueryAsync(exportId, ExportRows.PagePrefix, ExportRows.PageColumns, cancellationToken))
        {
            yield return ExportRows.ReadPage(row);
        }
    }

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

    public async Task<Page<SkippedRecord>> ListSkippedAsync(string exportId, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var (fromPage, fromIndex) = ParseToken(token);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {exportId} and RowKey ge {ExportRows.Page(fromPage)} and RowKey lt {RowKeys.After(ExportRows.PagePrefix)} and Skipped gt 0");
        List<SkippedRecord> records = [];
        await foreach (var row in tables.Imports.QueryAsync<TableEntity>(filter, 10, cancellationToken: cancellationToken))
        {
            var page = ExportRows.ReadPage(row).Number;
            foreach (var (index, record) in ExportRows.ReadSkipped(row).Index().Skip(page == fromPage ? fromIndex : 0))
            {
                if (records.Count == limit)
                {
                    return new(records, string.Create(CultureInfo.InvariantCulture, $"{page}|{index}"));
                }

                records.Add(record);
            }
        }

        return new(records, null);
    }

    public Task DeleteContentAsync(string exportId, CancellationToken cancellationToken) => RowDeletion.DeleteAsync(
        tables.Imports, exportId, ExportRows.PiecePrefix, RowKeys.After(ExportRows.PiecePrefix), cancellationToken);

    private static (int Page, int Index) ParseToken(string? token)
    {
        if (token is null)
        {
            return (0, 0);
        }

        var parts = token.Split('|');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (page, index)
            : throw new FormatException("The cursor is none that was given out.");
    }

    private async Task<TableEntity> GetRowAsync(string exportId, string key, CancellationToken cancellationToken)
    {
        var row = await tables.Imports.GetEntityIfExistsAsync<TableEntity>(exportId, key, cancellationToken: cancellationToken);
        return row.HasValue ? row.Value! : throw new InvalidOperationException($"Row {exportId}/{key} is gone.");
    }

    private AsyncPageable<TableEntity> QueryAsync(
        string exportId, string prefix, IEnumerable<string> columns, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {exportId} and RowKey ge {prefix} and RowKey lt {RowKeys.After(prefix)}");
        return tables.Imports.QueryAsync<TableEntity>(filter, 1_000, columns, cancellationToken);
    }
}
