namespace Reprocessing.Functions.Exports;

internal sealed record ExportResponse(
    string ExportId,
    ExportState State,
    ExportSubject What,
    ImportFormat Format,
    string? Status,
    ExportCounts Counts,
    int Pages,
    long LengthBytes,
    double? RecordsPerSecond,
    string RequestedBy,
    bool? CancelRequested,
    string? CanceledBy,
    string? CancelReason,
    string? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? ContentUntil,
    string? ContentPath)
{
    public static string PathOf(string exportId) => $"/api/exports/{Uri.EscapeDataString(exportId)}";

    public static ExportResponse Of(ExportRecord export, ExportTotals totals, DateTimeOffset now)
    {
        var seconds = export.StartedAt is { } startedAt ? ((export.EndedAt ?? now) - startedAt).TotalSeconds : 0;
        return new(
            export.Id,
            export.State.As<ExportState>(),
            export.What,
            export.Format,
            export.Status,
            totals.Counts,
            totals.Pages,
            totals.Bytes,
            seconds > 0 ? Math.Round(totals.Counts.Records / seconds, 1) : null,
            export.RequestedBy,
            export.IsCancelRequested ? true : null,
            export.CanceledBy,
            export.CancelReason,
            export.Error,
            export.CreatedAt,
            export.StartedAt,
            export.EndedAt,
            export.State.IsWhole() ? export.KeptUntil : null,
            export.HasContent(now) ? $"{PathOf(export.Id)}/content" : null);
    }
}

internal sealed class ExportOptions
{
    public const string Prefix = "Export";

    [Range(1, 500)]
    public int PageRecords { get; set; } = 500;

    /// <summary>A page ends after the record that makes it so large.</summary>
    [Range(1024, 512 * 1024)]
    public int PageBytes { get; set; } = 512 * 1024;

    /// <summary>From its end on: how long an export can be downloaded.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);
}
