namespace Reprocessing.Functions.Exports;

internal sealed class ExportResponse(ExportRecord export, ExportTotals totals, DateTimeOffset now)
{
    public string ExportId => export.Id;
    public ExportState State => export.State.As<ExportState>();
    public ExportSubject What => export.What;
    public ImportFormat Format => export.Format;
    public string? Status => export.Status;
    public ExportCounts Counts => totals.Counts;
    public int Pages => totals.Pages;
    public long LengthBytes => totals.Bytes;
    public double? RecordsPerSecond => Seconds > 0 ? Math.Round(totals.Counts.Records / Seconds, 1) : null;
    public string RequestedBy => export.RequestedBy;
    public bool? CancelRequested => export.IsCancelRequested ? true : null;
    public string? CanceledBy => export.CanceledBy;
    public string? CancelReason => export.CancelReason;
    public string? Error => export.Error;
    public DateTimeOffset CreatedAt => export.CreatedAt;
    public DateTimeOffset? StartedAt => export.StartedAt;
    public DateTimeOffset? EndedAt => export.EndedAt;
    public DateTimeOffset? ContentUntil => export.State.IsWhole() ? export.KeptUntil : null;
    public string? ContentPath => export.HasContent(now) ? $"{PathOf(export.Id)}/content" : null;

    private double Seconds => export.StartedAt is { } startedAt ? ((export.EndedAt ?? now) - startedAt).TotalSeconds : 0;

    public static string PathOf(string exportId) => $"/api/exports/{Uri.EscapeDataString(exportId)}";
}

internal sealed class ExportOptions
{
    [Range(1, 500)]
    public int PageRecords { get; set; } = 500;

    /// <summary>A page ends after the record that makes it so large.</summary>
    [Range(1024, 512 * 1024)]
    public int PageBytes { get; set; } = 512 * 1024;

    /// <summary>From its end on: how long an export can be downloaded.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);
}
