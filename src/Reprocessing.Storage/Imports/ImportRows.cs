namespace Reprocessing.Storage.Imports;

/// <summary>
/// The rows of table <c>Imports</c>. An import is a partition; the partition <c>list</c> has a row an import, by inverted time. Exports are
/// in the same table, see <see cref="Exports.ExportRows"/>.
/// <list type="table">
/// <item><term>head</term><description>the import</description></item>
/// <item><term>c|{index}</term><description>a piece of the upload</description></item>
/// <item><term>g|{page}</term><description>a page: how far it is and, once it is done, its counts</description></item>
/// <item><term>l|{page}</term><description>which attempt's lookups count for a page</description></item>
/// <item><term>m|{page}|{attempt}|{index}</term><description>a piece of those lookups</description></item>
/// <item><term>r|{page}|{line}</term><description>a rejected record</description></item>
/// </list>
/// </summary>
internal static class ImportRows
{
    public const string List = "list";
    public const string Head = "head";
    public const string ImportId = "ImportId";

    /// <summary>A binary column holds 64 KiB and a row a mebibyte, which the emulator counts in base64.</summary>
    public const int PartBytes = 60 * 1024;

    public const int PartsARow = 12;

    /// <summary>What a row holds; every row of an upload but its last is full.</summary>
    public const int PieceBytes = PartBytes * PartsARow;

    public static IReadOnlyList<string> PageColumns { get; } =
        ["RowKey", "FromOffset", "ToOffset", .. CountNames, "Activity", "Attempt", LastProgressAt, "Done", "Total"];

    private const string LastProgressAt = "LastProgressAt";

    private static string[] CountNames => ["Read", "Stored", "AlreadyThere", "Rejected", "Enriched", "NotEnriched"];

    public static string Page(int number) => string.Create(CultureInfo.InvariantCulture, $"g|{number:D7}");

    public static string LookupsHead(int page) => string.Create(CultureInfo.InvariantCulture, $"l|{page:D7}");

    public static string Lookups(int page, string attempt, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"m|{page:D7}|{attempt}|{index:D5}");

    public static string Piece(int index) => string.Create(CultureInfo.InvariantCulture, $"c|{index:D7}");

    public static string Rejected(int page, long line) => string.Create(CultureInfo.InvariantCulture, $"r|{page:D7}|{line:D12}");

    public static TableEntity PageRow(string importId, ImportPage page) => new(importId, Page(page.Number))
    {
        ["FromOffset"] = page.From.Offset,
        ["FromLine"] = page.From.Line,
        ["ToOffset"] = page.To.Offset,
        ["ToLine"] = page.To.Line,
        ["Read"] = page.Counts.Read,
        ["Stored"] = page.Counts.Stored,
        ["AlreadyThere"] = page.Counts.AlreadyThere,
        ["Rejected"] = page.Counts.Rejected,
        ["Enriched"] = page.Counts.Enriched,
        ["NotEnriched"] = page.Counts.NotEnriched,
    };

    public static TableEntity AtWorkRow(string importId, PageAtWork page) => new(importId, Page(page.Number))
    {
        ["Activity"] = page.Activity,
        ["Attempt"] = page.Attempt,
        [LastProgressAt] = page.LastProgressAt,
        ["Done"] = page.Done,
        ["Total"] = page.Total,
    };

    public static bool IsDone(TableEntity row) => row.GetInt32(CountNames[0]) is not null;

    public static PageAtWork? ReadAtWork(TableEntity row) => row.GetDateTimeOffset(LastProgressAt) is { } at
        ? new(
            int.Parse(row.RowKey.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture),
            row.GetString("Activity") ?? string.Empty,
            row.GetInt32("Attempt").GetValueOrDefault(),
            at,
            row.GetInt32("Done").GetValueOrDefault(),
            row.GetInt32("Total"))
        : null;

    public static ImportCounts ReadCounts(TableEntity row)
    {
        var counts = Array.ConvertAll(CountNames, name => row.GetInt32(name).GetValueOrDefault());
        return new(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
    }

    public static TableEntity RejectedRow(string importId, int page, RejectedRecord record) => new TableEntity(importId, Rejected(page, record.Line)) { ["Reason"] = EnumNames.Of(record.Reason) }.WithJson(record);

    public static RejectedRecord ReadRejected(TableEntity row) => StorageJson.Read<RejectedRecord>(row);

    /// <summary>Bytes over the binary columns of a row.</summary>
    public static TableEntity BytesRow(string importId, string key, ReadOnlySpan<byte> bytes)
    {
        var row = new TableEntity(importId, key) { ["Length"] = bytes.Length };
        for (var part = 0; part * PartBytes < bytes.Length; part++)
        {
            row[Part(part)] = bytes.Slice(part * PartBytes, Math.Min(PartBytes, bytes.Length - (part * PartBytes))).ToArray();
        }

        return row;
    }

    /// <summary>Writes bytes as rows of pieces.</summary>
    /// <returns>How many rows they took.</returns>
    public static async Task<int> WriteAsync(
        TableClient table, string partition, Func<int, string> keyOf, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var count = 0;
        for (var from = 0; from < bytes.Length; from += PieceBytes)
        {
            var piece = bytes.Slice(from, Math.Min(PieceBytes, bytes.Length - from));
            await table.UpsertEntityAsync(BytesRow(partition, keyOf(count++), piece.Span), TableUpdateMode.Replace, cancellationToken);
        }

        return count;
    }

    public static byte[] ReadBytes(TableEntity row)
    {
        var bytes = new byte[row.GetInt32("Length") ?? throw new BrokenRowException($"Row {row.PartitionKey}/{row.RowKey} has no length.")];
        for (var part = 0; part * PartBytes < bytes.Length; part++)
        {
            var content = row.GetBinary(Part(part)) ?? throw new BrokenRowException($"Row {row.PartitionKey}/{row.RowKey} lacks part {part}.");
            content.CopyTo(bytes, part * PartBytes);
        }

        return bytes;
    }

    private static string Part(int index) => string.Create(CultureInfo.InvariantCulture, $"Part{index:D2}");
}
