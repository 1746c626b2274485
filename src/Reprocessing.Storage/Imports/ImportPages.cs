namespace Reprocessing.Storage.Imports;

public sealed record ImportPage(int Number, RecordCursor From, RecordCursor To, ImportCounts Counts);

/// <summary>A part of an import that is being worked on, as its activity said last.</summary>
public sealed record PageAtWork(int Number, string Activity, int Attempt, DateTimeOffset LastProgressAt, int Done = 0, int? Total = null);

public sealed record ImportTotals(ImportCounts Counts, long Bytes, int Pages);

/// <summary>What the pages of imports come to. A page may be written again: it is one page all the same.</summary>
public sealed class ImportPages(StorageTables tables, TransferBlobs blobs)
{
    private static readonly string[] CountNames = ["Read", "Stored", "AlreadyThere", "Rejected", "Enriched", "NotEnriched"];

    private static readonly string[] Columns =
        ["RowKey", "FromOffset", "ToOffset", .. CountNames, "Activity", "Attempt", "LastProgressAt", "Done", "Total"];

    /// <summary>Begins an activity's next attempt at a page.</summary>
    /// <returns>Null when no page is to be begun any more, and no work on this one has been: what has begun is done to its end.</returns>
    public async Task<PageAtWork?> BeginAsync(
        string importId, int number, string activity, bool isCanceled, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await tables.Imports.FindAsync(importId, PageRows.Key(number), cancellationToken, Columns);
        if (row is null && isCanceled)
        {
            return null;
        }

        var before = row is not null && ReadAtWork(row) is { } last && last.Activity == activity ? last.Attempt : 0;
        var page = new PageAtWork(number, activity, before + 1, now);
        await ReportAsync(importId, page, cancellationToken);
        return page;
    }

    /// <remarks>It adds to the row: an attempt that was given up and reports late takes no count from a page that is done.</remarks>
    public Task ReportAsync(string importId, PageAtWork page, CancellationToken cancellationToken)
    {
        var row = new TableEntity(importId, PageRows.Key(page.Number))
        {
            ["Activity"] = page.Activity,
            ["Attempt"] = page.Attempt,
            ["LastProgressAt"] = page.LastProgressAt,
            ["Done"] = page.Done,
            ["Total"] = page.Total,
        };
        return tables.Imports.UpsertEntityAsync(row, TableUpdateMode.Merge, cancellationToken);
    }

    /// <summary>The rejected records first, then the page, which makes them count.</summary>
    public async Task SaveAsync(
        string importId, ImportPage page, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellationToken)
    {
        if (rejected.Count > 0)
        {
            await blobs.WriteAsync(importId, Rejected(page.Number), StorageJson.Write(rejected.OrderBy(record => record.Line).ToList()), isFirstToStay: false, cancellationToken);
        }

        var counts = page.Counts;
        var row = new TableEntity(importId, PageRows.Key(page.Number))
        {
            ["FromOffset"] = page.From.Offset,
            ["FromLine"] = page.From.Line,
            ["ToOffset"] = page.To.Offset,
            ["ToLine"] = page.To.Line,
        };
        foreach (var (name, count) in CountNames.Zip(
            (int[])[counts.Read, counts.Stored, counts.AlreadyThere, counts.Rejected, counts.Enriched, counts.NotEnriched]))
        {
            row[name] = count;
        }

        await tables.Imports.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    public async Task<(ImportTotals Totals, PageAtWork? AtWork)> ReadAsync(string importId, CancellationToken cancellationToken)
    {
        var totals = new ImportTotals(new(), 0, 0);
        PageAtWork? latest = null;
        await foreach (var row in tables.Imports.ReadAsync(PageRows.Range(importId), cancellationToken, columns: Columns))
        {
            if (row.GetInt32(CountNames[0]) is null)
            {
                latest = ReadAtWork(row) is { } page && !(page.LastProgressAt < latest?.LastProgressAt) ? page : latest;
                continue;
            }

            var counts = Array.ConvertAll(CountNames, row.Number);
            totals = new(
                totals.Counts.Add(new(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5])),
                totals.Bytes + row.GetInt64("ToOffset").GetValueOrDefault() - row.GetInt64("FromOffset").GetValueOrDefault(),
                totals.Pages + 1);
        }

        return (totals, latest);
    }

    public Task<Page<RejectedRecord>> ListRejectedAsync(string importId, int limit, string? token, CancellationToken cancellationToken) => tables.Imports
        .ReadWithinAsync(
            PageRows.Range(importId, "Rejected gt 0"),
            async (row, cancelled) => await blobs.ReadAsync(importId, Rejected(PageRows.NumberOf(row)), cancelled) is { } text
                ? StorageJson.Read<List<RejectedRecord>>(text)
                : throw new BrokenRowException($"The rejected records of row {importId}/{row.RowKey} are gone."),
            token,
            PageRows.LeftOutPages,
            cancellationToken)
        .PageAsync(limit);

    /// <summary>Stores the results of a page's lookups, by line. The first ones stay: a repeated page must store the same orders.</summary>
    public Task SaveLookupsAsync(string importId, int page, IReadOnlyDictionary<long, JsonElement> found, CancellationToken cancellationToken) =>
        blobs.WriteAsync(importId, Lookups(page), StorageJson.Write(found), isFirstToStay: true, cancellationToken);

    public async Task<IReadOnlyDictionary<long, JsonElement>> ReadLookupsAsync(string importId, int page, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(importId, Lookups(page), cancellationToken) is { } text ? StorageJson.Read<Dictionary<long, JsonElement>>(text) : [];

    private static string Rejected(int page) => string.Create(CultureInfo.InvariantCulture, $"rejected-{page:D7}");

    private static string Lookups(int page) => string.Create(CultureInfo.InvariantCulture, $"content/lookups-{page:D7}");

    private static PageAtWork? ReadAtWork(TableEntity row) => row.GetDateTimeOffset("LastProgressAt") is { } at
        ? new(PageRows.NumberOf(row), row.Text("Activity"), row.Number("Attempt"), at, row.Number("Done"), row.GetInt32("Total"))
        : null;
}
