using Azure.Storage.Blobs.Models;

namespace Reprocessing.Storage.Exports;

public sealed record WrittenPage(ExportPage Page, ReadOnlyMemory<byte> Text, IReadOnlyList<SkippedRecord> Skipped);

public sealed record ExportPage(int Number, ExportCounts Counts, long Bytes, OrderCursor To, bool IsLast);

public sealed record ExportTotals(ExportCounts Counts, long Bytes, int Pages)
{
    public static ExportTotals None { get; } = new(new(), 0, 0);

    public ExportTotals Add(ExportPage page) => new(Counts.Add(page.Counts), Bytes + page.Bytes, Pages + 1);
}

/// <summary>The content of exports, in pages. A page is written once: what was written first is what counts, whoever writes it again.</summary>
public sealed class ExportPages(StorageTables tables, TransferBlobs blobs)
{
    private const string Skipped = "Skipped";
    private const string SkippedRecords = "SkippedRecords";
    private const string Block = "Block";

    private static readonly string[] Columns = ["RowKey", "Records", Skipped, "Bytes", "ToShard", "ToKey", "IsLast", Block];

    public async Task<ExportPage?> GetAsync(string exportId, int number, CancellationToken cancellationToken) =>
        await tables.Imports.FindAsync(exportId, PageRows.Key(number), cancellationToken, Columns) is { } row ? Read(row) : null;

    /// <summary>The text first, then the page, which makes it count.</summary>
    /// <returns>The page that counts, which may be an earlier one.</returns>
    public async Task<ExportPage> SaveAsync(string exportId, WrittenPage written, CancellationToken cancellationToken)
    {
        var (page, block) = (written.Page, BlockOf(written));
        if (page.Bytes > 0)
        {
            await TransferBlobs.StageAsync(blobs.Blob(exportId, TransferBlobs.File), block, written.Text, cancellationToken);
        }

        var row = new TableEntity(exportId, PageRows.Key(page.Number))
        {
            ["Records"] = page.Counts.Records,
            [Skipped] = page.Counts.Skipped,
            ["Bytes"] = page.Bytes,
            ["ToShard"] = page.To.Shard,
            ["ToKey"] = page.To.After,
            ["IsLast"] = page.IsLast,
            [Block] = block,
        }.WithJson(written.Skipped, SkippedRecords);
        if (await tables.Imports.TryAddAsync(row, cancellationToken))
        {
            return page;
        }

        // An earlier call was first, and the next page may have been begun where that one ended.
        return await GetAsync(exportId, page.Number, cancellationToken)
            ?? throw new InvalidOperationException($"Page {page.Number} of export {exportId} is gone.");
    }

    public IAsyncEnumerable<ExportPage> ListAsync(string exportId, CancellationToken cancellationToken) => ReadAsync(exportId, cancellationToken).Select(Read);

    /// <summary>Makes the file of the pages. May be asked for again.</summary>
    public async Task<ExportTotals> CommitAsync(string exportId, CancellationToken cancellationToken)
    {
        var totals = ExportTotals.None;
        List<string> blocks = [];
        await foreach (var row in ReadAsync(exportId, cancellationToken))
        {
            var page = Read(row);
            totals = totals.Add(page);
            if (page.Bytes > 0)
            {
                blocks.Add(row.Required(Block));
            }
        }

        await blobs.Blob(exportId, TransferBlobs.File).CommitBlockListAsync(blocks, cancellationToken: cancellationToken);
        return totals;
    }

    public async Task<Stream> OpenAsync(string exportId, long offset, long length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            // The service has no range without bytes.
            return Stream.Null;
        }

        var range = new BlobDownloadOptions { Range = new(offset, length) };
        return (await blobs.Blob(exportId, TransferBlobs.File).DownloadStreamingAsync(range, cancellationToken)).Value.Content;
    }

    public Task<Page<SkippedRecord>> ListSkippedAsync(string exportId, int limit, string? token, CancellationToken cancellationToken) => tables.Imports
        .ReadWithinAsync(
            PageRows.Range(exportId, $"{Skipped} gt 0"),
            (row, _) => Task.FromResult(StorageJson.Read<List<SkippedRecord>>(row, SkippedRecords)),
            token,
            PageRows.LeftOutPages,
            cancellationToken)
        .PageAsync(limit);

    private AsyncPageable<TableEntity> ReadAsync(string exportId, CancellationToken cancellationToken) =>
        tables.Imports.ReadAsync(PageRows.Range(exportId), cancellationToken, columns: Columns);

    private static ExportPage Read(TableEntity row) => new(
        PageRows.NumberOf(row),
        new(row.Number("Records"), row.Number(Skipped)),
        row.GetInt64("Bytes").GetValueOrDefault(),
        new(row.Number("ToShard"), row.Text("ToKey")),
        row.GetBoolean("IsLast").GetValueOrDefault());

    /// <summary>The same text has the same block; another one, read when the orders had changed, does not take its place.</summary>
    private static string BlockOf(WrittenPage page)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(page.Text.Span).AsSpan(0, 12));
        return TransferBlobs.BlockId(string.Create(CultureInfo.InvariantCulture, $"{page.Page.Number:D7}-{hash}"));
    }
}
