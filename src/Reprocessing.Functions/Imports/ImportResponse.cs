namespace Reprocessing.Functions.Imports;

internal sealed class ImportResponse(ImportRecord import, ImportTotals totals, DateTimeOffset now, PageAtWork? atWork = null)
{
    public string ImportId => import.Id;
    public ImportState State => import.State.As<ImportState>();
    public ImportFormat Format => import.Format;
    public ImportMode Mode => import.Mode;
    public string? Path => import.Path;
    public string? RequestedBy => import.RequestedBy;
    public long LengthBytes => import.Length;
    public ImportCounts Counts => totals.Counts;
    public double Percent => import.State.IsWhole() || (Length <= 0 && import.State.IsFinal()) ? 100
        : Length <= 0 ? 0
        : Math.Round(100.0 * totals.Bytes / Length, 1);
    public double? RecordsPerSecond => Seconds > 0 ? Math.Round(totals.Counts.Read / Seconds, 1) : null;
    public double? EtaSeconds =>
        import.State == TransferState.Running && totals.Bytes > 0 ? Math.Round(Seconds * (Length - totals.Bytes) / totals.Bytes, 1) : null;
    public bool? CancelRequested => import.IsCancelRequested ? true : null;
    public string? CanceledBy => import.CanceledBy;
    public string? CancelReason => import.CancelReason;
    public string? Error => import.Error;
    public DateTimeOffset CreatedAt => import.CreatedAt;
    public DateTimeOffset? StartedAt => import.StartedAt;
    public DateTimeOffset? EndedAt => import.EndedAt;
    public HeartbeatResponse? Heartbeat => atWork is null ? null : new(import.Id, atWork);

    private double Seconds => import.StartedAt is { } startedAt ? ((import.EndedAt ?? now) - startedAt).TotalSeconds : 0;

    private long Length => import.Length - import.First.Offset;

    public static string PathOf(string importId) => $"/api/imports/{Uri.EscapeDataString(importId)}";
}

/// <summary>The page at work that made progress last.</summary>
internal sealed class HeartbeatResponse(string importId, PageAtWork page)
{
    public string InstanceId => importId;
    public string Activity => page.Activity;
    public int Attempt => page.Attempt;
    public DateTimeOffset At => page.LastProgressAt;
    public int Done => page.Done;
    public int? Total => page.Total;
    public string? Detail => string.Create(CultureInfo.InvariantCulture, $"Page {page.Number}");
}
