namespace Reprocessing.Storage.Imports;

/// <summary>A part of an import that is done.</summary>
/// <param name="Number">From 1.</param>
public sealed record ImportPage(int Number, RecordCursor From, RecordCursor To, ImportCounts Counts);

/// <summary>A part of an import that is being worked on, as its activity said last.</summary>
/// <param name="Attempt">Of this activity, from 1.</param>
/// <param name="Total">Null until the activity knows it.</param>
public sealed record PageAtWork(int Number, string Activity, int Attempt, DateTimeOffset LastProgressAt, int Done = 0, int? Total = null);

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
        await UnitSubmitter.UpsertAsync(
            tables.Imports, rejected.Select(record => ImportRows.RejectedRow(importId, page.Number, record)), cancellationToken);
        await tables.Imports.UpsertEntityAsync(ImportRows.PageRow(importId, page), TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Begins an activity's next attempt at a page.</summary>
    public async Task<PageAtWork> BeginAsync(
        string importId, int number, string activity, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await tables.Imports.FindAsync(importId, ImportRows.Page(number), cancellationToken);
        var before = row is not null && ImportRows.ReadAtWork(row) is { } last && last.Activity == activity ? last.Attempt : 0;
        var page = new PageAtWork(number, activity, before + 1, now);
        await ReportAsync(importId, page, cancellationToken);
        return page;
    }

    /// <remarks>It adds to the row: an attempt that was given up and reports late takes no count from a page that is done.</remarks>
    public Task ReportAsync(string importId, PageAtWork page, CancellationToken cancellationToken) =>
        tables.Imports.UpsertEntityAsync(ImportRows.AtWorkRow(importId, page), TableUpdateMode.Merge, cancellationToken);

    /// <summary>What the pages that are done come to, and the page at work that made progress last.</summary>
    public async Task<(ImportTotals Totals, PageAtWork? AtWork)> ReadAsync(string importId, CancellationToken cancellationToken)
    {
        var totals = new ImportTotals(new(), 0, 0);
        PageAtWork? latest = null;
        await foreach (var row in tables.Imports.ReadAsync(new(importId, "g|"), cancellationToken, columns: ImportRows.PageColumns))
        {
            if (!ImportRows.IsDone(row))
            {
                latest = ImportRows.ReadAtWork(row) is { } page && !(page.LastProgressAt < latest?.LastProgressAt) ? page : latest;
                continue;
            }

            totals = new(
                totals.Counts.Add(ImportRows.ReadCounts(row)),
                totals.Bytes + row.GetInt64("ToOffset").GetValueOrDefault() - row.GetInt64("FromOffset").GetValueOrDefault(),
                totals.Pages + 1);
        }

        return (totals, latest);
    }

    /// <summary>In the order of the input.</summary>
    public async Task<Page<RejectedRecord>> ListRejectedAsync(
        string importId, int limit, string? token, CancellationToken cancellationToken)
    {
        if (token is not null && !token.StartsWith(RejectedPrefix, StringComparison.Ordinal))
        {
            throw new FormatException("The cursor is none that was given out.");
        }

        return await tables.Imports
            .ReadAsync(new(importId, RejectedPrefix, token?[RejectedPrefix.Length..]), cancellationToken)
            .Select(row => (ImportRows.ReadRejected(row), row.RowKey))
            .PageAsync(limit);
    }

    /// <summary>Stores the results of a page's lookups. The first ones stay: a repeated page must store the same orders.</summary>
    /// <param name="text">As much as it takes: spread over rows.</param>
    public async Task SaveLookupsAsync(string importId, int page, string text, CancellationToken cancellationToken)
    {
        // Two that write at once do not mix.
        var attempt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
        var pieces = await ImportRows.WriteAsync(
            tables.Imports, importId, index => ImportRows.Lookups(page, attempt, index), Encoding.UTF8.GetBytes(text), cancellationToken);
        try
        {
            var head = new TableEntity(importId, ImportRows.LookupsHead(page)) { ["Attempt"] = attempt, ["Pieces"] = pieces };
            await tables.Imports.AddEntityAsync(head, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            // An earlier call was first, and orders may have been stored with what it gave.
        }
    }

    /// <returns>Null when none were stored.</returns>
    public async Task<string?> ReadLookupsAsync(string importId, int page, CancellationToken cancellationToken)
    {
        if (await tables.Imports.FindAsync(importId, ImportRows.LookupsHead(page), cancellationToken) is not { } head)
        {
            return null;
        }

        var (attempt, count) = (head.GetString("Attempt") ?? string.Empty, head.GetInt32("Pieces").GetValueOrDefault());
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
        await RowDeletion.DeleteAsync(tables.Imports, new KeyRange(importId, "l|"), cancellationToken);
        await RowDeletion.DeleteAsync(tables.Imports, new KeyRange(importId, "m|"), cancellationToken);
    }
}
