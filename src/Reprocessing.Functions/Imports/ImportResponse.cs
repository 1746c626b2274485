namespace Reprocessing.Functions.Imports;

internal sealed record ImportResponse(
    string ImportId,
    ImportState State,
    ImportFormat Format,
    ImportMode Mode,
    string? Path,
    string? RequestedBy,
    long LengthBytes,
    ImportCounts Counts,
    double Percent,
    double? RecordsPerSecond,
    double? EtaSeconds,
    bool? CancelRequested,
    string? CanceledBy,
    string? CancelReason,
    string? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    HeartbeatResponse? Heartbeat = null)
{
    public static string PathOf(string importId) => $"/api/imports/{Uri.EscapeDataString(importId)}";

    public static ImportResponse Of(ImportRecord import, ImportTotals totals, DateTimeOffset now)
    {
        var seconds = import.StartedAt is { } startedAt ? ((import.EndedAt ?? now) - startedAt).TotalSeconds : 0;
        var left = import.Length - import.First.Offset - totals.Bytes;
        return new(
            import.Id,
            import.State.As<ImportState>(),
            import.Format,
            import.Mode,
            import.Path,
            import.RequestedBy,
            import.Length,
            totals.Counts,
            PercentOf(import, totals),
            seconds > 0 ? Math.Round(totals.Counts.Read / seconds, 1) : null,
            import.State == TransferState.Running && totals.Bytes > 0 ? Math.Round(seconds * left / totals.Bytes, 1) : null,
            import.IsCancelRequested ? true : null,
            import.CanceledBy,
            import.CancelReason,
            import.Error,
            import.CreatedAt,
            import.StartedAt,
            import.EndedAt);
    }

    private static double PercentOf(ImportRecord import, ImportTotals totals)
    {
        var all = import.Length - import.First.Offset;
        return import.State.IsWhole() || (all <= 0 && import.State.IsFinal()) ? 100
            : all <= 0 ? 0
            : Math.Round(100.0 * totals.Bytes / all, 1);
    }
}

/// <summary>The page at work that made progress last.</summary>
internal sealed record HeartbeatResponse(string InstanceId, string Activity, int Attempt, DateTimeOffset At, int Done, int? Total, string? Detail)
{
    public static HeartbeatResponse Of(string importId, PageAtWork page) => new(
        importId, page.Activity, page.Attempt, page.LastProgressAt, page.Done, page.Total, string.Create(CultureInfo.InvariantCulture, $"Page {page.Number}"));
}
