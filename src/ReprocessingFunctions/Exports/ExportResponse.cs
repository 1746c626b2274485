namespace ReprocessingFunctions.Exports;

/// <summary>An export as this API shows it.</summary>
/// <param name="Pages">That are written; each is a part of the content.</param>
/// <param name="ContentUntil">How long the content can be downloaded; once the export is complete.</param>
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
            export.ExportId,
            export.State,
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
            export.HasContent(now) ? $"{PathOf(export.ExportId)}/content" : null);
    }
}

/// <summary>The answer to a start, with the addresses of the platform's Durable management API.</summary>
internal sealed record StartedExportResponse(
    string ExportId,
    ExportState State,
    string? Id,
    string? StatusQueryGetUri,
    string? SendEventPostUri,
    string? TerminatePostUri,
    string? SuspendPostUri,
    string? ResumePostUri,
    string? PurgeHistoryDeleteUri)
{
    public static StartedExportResponse Of(ExportRecord export, HttpManagementPayload payload) => new(
        export.ExportId,
        export.State,
        payload.Id,
        payload.StatusQueryGetUri,
        payload.SendEventPostUri,
        payload.TerminatePostUri,
        payload.SuspendPostUri,
        payload.ResumePostUri,
        payload.PurgeHistoryDeleteUri);
}

/// <summary>How far exports are, by what their pages hold.</summary>
internal sealed class ExportProgress(IExportStore exports, IExportPages pages, ExportContent content, TimeProvider time)
{
    public async Task<ExportResponse> ShowAsync(ExportRecord export, CancellationToken cancellationToken) => ExportResponse.Of(
        export, export.Totals ?? await pages.SumAsync(export.ExportId, cancellationToken), time.GetUtcNow());

    /// <summary>An orchestration that was terminated by hand, or that broke, writes no end of its export.</summary>
    public async Task<ExportRecord> EndIfBrokenAsync(ExportRecord export, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (export.State.IsFinal() || await client.FindBrokenEndAsync(export.ExportId, cancellationToken) is not { } broken)
        {
            return export;
        }

        var now = time.GetUtcNow();
        var ended = await exports.EditAsync(
            export.ExportId,
            stored => stored.State.IsFinal() ? null : stored with
            {
                State = broken.IsTerminated ? ExportState.Canceled : ExportState.Failed,
                EndedAt = now,
                Error = broken.Reason,
                KeptUntil = now,
            },
            cancellationToken) ?? export;
        if (ended.State.IsFinal() && !ended.State.IsWhole())
        {
            await content.DropAsync(ended, cancellationToken);
        }

        return ended;
    }
}
