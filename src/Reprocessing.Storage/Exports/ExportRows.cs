namespace Reprocessing.Storage.Exports;

/// <summary>
/// The rows of exports in table <c>Imports</c>. An export is a partition; the partition <c>exports</c> has a row an export, by inverted
/// time, and <c>exports-kept</c> one for each whose content may be there, by time.
/// <list type="table">
/// <item><term>export</term><description>the export</description></item>
/// <item><term>g|{page}</term><description>a page that is written: which attempt's pieces count, and what could not be read</description></item>
/// <item><term>c|{page}|{attempt}|{index}</term><description>a piece of a page's text</description></item>
/// </list>
/// </summary>
internal static class ExportRows
{
    public const string List = "exports";
    public const string Kept = "exports-kept";
    public const string Head = "export";
    public const string ExportId = "ExportId";
    public const string PagePrefix = "g|";
    public const string PiecePrefix = "c|";
    public const string Attempt = "Attempt";
    public const string Pieces = "Pieces";
    public const string Skipped = "Skipped";

    private const string SkippedRecords = "SkippedRecords";

    /// <summary>All but the list of what could not be read.</summary>
    public static IReadOnlyList<string> PageColumns { get; } = ["RowKey", "Records", Skipped, "Bytes", "ToShard", "ToKey", "IsLast"];

    public static string Page(int number) => string.Create(CultureInfo.InvariantCulture, $"{PagePrefix}{number:D7}");

    public static string Piece(int page, string attempt, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{PiecePrefix}{page:D7}|{attempt}|{index:D3}");

    public static TableEntity PageRow(string exportId, ExportPage page, IReadOnlyList<SkippedRecord> skipped) => new TableEntity(exportId, Page(page.Number))
    {
        ["Records"] = page.Counts.Records,
        [Skipped] = page.Counts.Skipped,
        ["Bytes"] = page.Bytes,
        ["ToShard"] = page.To.Shard,
        ["ToKey"] = page.To.After,
        ["IsLast"] = page.IsLast,
    }.WithJson(skipped, SkippedRecords);

    public static ExportPage ReadPage(TableEntity row) => new(
        int.Parse(row.RowKey.AsSpan(PagePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture),
        new(row.GetInt32("Records").GetValueOrDefault(), row.GetInt32(Skipped).GetValueOrDefault()),
        row.GetInt64("Bytes").GetValueOrDefault(),
        new(row.GetInt32("ToShard").GetValueOrDefault(), row.GetString("ToKey") ?? string.Empty),
        row.GetBoolean("IsLast").GetValueOrDefault());

    public static IReadOnlyList<SkippedRecord> ReadSkipped(TableEntity row) =>
        StorageJson.Read<List<SkippedRecord>>(row, SkippedRecords);
}
