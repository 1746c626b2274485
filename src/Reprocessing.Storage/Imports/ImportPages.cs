namespace Reprocessing.Storage.Imports;

/// <summary>A part of an import that is done.</summary>
/// <param name="Number">From 1.</param>
public sealed record ImportPage(int Number, RecordCursor From, RecordCursor To, ImportCounts Counts);

/// <param name="Bytes">Of the input that were worked off.</param>
/// <param name="Pages">That are done.</param>
public sealed record ImportTotals(ImportCounts Counts, long Bytes, int Pages);

/// <summary>What the pages of imports came to. A page is written whole and may be written again: it is one page all the same.</summary>
public sealed class ImportPages(StorageTables tables)
{
    private const string RejectedPrefix = "r|";

    /// <summary>The rejected records first, then the page, which makes them count.</summary>
    public async Task SaveAsync(
        string importId, ImportPage page, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellationToken)
    {
        await SaveRejectedAsync(
            [.. rejected.Select(record => new Unit<long>(record.Line, [Upsert(ImportRows.RejectedRow(importId, page.Number, record))]))], cancellationToken);
        await tables.Imports.UpsertEntityAsync(ImportRows.PageRow(importId, page), TableUpdateMode.Replace, cancellationToken);
    }

    public async Task<ImportTotals> SumAsync(string importId, CancellationToken cancellationToken)
    {
        var totals = new ImportTotals(new(), 0, 0);
        await foreach (var row in QueryAsync(importId, "g|", string.Empty, ImportRows.PageColumns, cancellationToken))
        {
            totals = new(
                totals.Counts.Add(ImportRows.ReadCounts(row)),
                totals.Bytes + row.GetInt64("ToOffset").GetValueOrDefault() - row.GetInt64("FromOffset").GetValueOrDefault(),
                totals.Pages + 1);
        }

        return totals;
    }

    /// <summary>In the order of the input.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    public async Task<Page<RejectedRecord>> ListRejectedAsync(
        string importId, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (token is not null && !token.StartsWith(RejectedPrefix, StringComparison.Ordinal))
        {
            throw new FormatException("The cursor is none that was given out.");
        }

        List<RejectedRecord> records = [];
        var last = token;
        await foreach (var row in QueryAsync(importId, RejectedPrefix, token ?? string.Empty, null, cancellationToken))
        {
            if (records.Count == limit)
            {
                return new(records, last);
            }

            records.Add(ImportRows.ReadRejected(row));
            last = row.RowKey;
        }

        return new(records, null);
    }

    /// <summary>
    /// Keeps what the lookups of a page gave. The first that is kept stays: orders are stored with it, and the same page asked for
    /// again must store the same orders.
    /// </summary>
    /// <param name="attempt">Whose it is: two that write at once do not mix.</param>
    /// <param name="text">As much as it takes: spread over rows.</param>
    public async Task KeepLookupsAsync(string importId, int page, int attempt, string text, CancellationToken cancellationToken)
    {
        var pieces = Encoding.UTF8.GetBytes(text).Chunk(ImportRows.PieceBytes).ToList();
        foreach (var (index, piece) in pieces.Index())
        {
            var row = ImportRows.BytesRow(importId, ImportRows.Lookups(page, attempt, index), piece);
            await tables.Imports.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
        }

        try
        {
            var head = new TableEntity(importId, ImportRows.LookupsHead(page)) { ["Attempt"] = attempt, ["Pieces"] = pieces.Count };
            await tables.Imports.AddEntityAsync(head, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            // An earlier call was first, and orders may have been stored with what it gave.
        }
    }

    /// <returns>Null when none were kept.</returns>
    public async Task<string?> ReadLookupsAsync(string importId, int page, CancellationToken cancellationToken)
    {
        var head = await tables.Imports.GetEntityIfExistsAsync<TableEntity>(
            importId, ImportRows.LookupsHead(page), cancellationToken: cancellationToken);
        if (!head.HasValue)
        {
            return null;
        }

        var (attempt, count) = (head.Value!.GetInt32("Attempt").GetValueOrDefault(), head.Value.GetInt32("Pieces").GetValueOrDefault());
        using var bytes = new MemoryStream();
        for (var index = 0; index < count; index++)
        {
            var row = await tables.Imports.GetEntityAsync<TableEntity>(
                importId, ImportRows.Lookups(page, attempt, index), cancellationToken: cancellationToken);
            bytes.Write(ImportRows.ReadBytes(row.Value));
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public async Task DeleteLookupsAsync(string importId, CancellationToken cancellationToken)
    {
        await RowDeletion.DeleteAsync(tables.Imports, importId, "l|", RowKeys.After("l|"), cancellationToken);
        await RowDeletion.DeleteAsync(tables.Imports, importId, "m|", RowKeys.After("m|"), cancellationToken);
    }

    private async Task SaveRejectedAsync(List<Unit<long>> units, CancellationToken cancellationToken)
    {
        if (await UnitSubmitter.SubmitAsync(tables.Imports, units, cancellationToken) is [var refused, ..])
        {
            throw refused.Answer;
        }
    }

    private static TableTransactionAction Upsert(TableEntity row) => new(TableTransactionActionType.UpsertReplace, row);

    private AsyncPageable<TableEntity> QueryAsync(
        string importId, string prefix, string after, IEnumerable<string>? columns, CancellationToken cancellationToken)
    {
        var (from, to) = (after.Length > 0 ? after : prefix, RowKeys.After(prefix));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {importId} and RowKey gt {from} and RowKey lt {to}");
        return tables.Imports.QueryAsync<TableEntity>(filter, 1_000, columns, cancellationToken);
    }
}
