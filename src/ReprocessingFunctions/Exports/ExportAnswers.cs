using System.Net;
using Microsoft.Azure.Functions.Worker;
using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Exports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>An export as this API shows it.</summary>
/// <param name="Pages">That are written; each is a part of the content.</param>
/// <param name="ContentUntil">How long the content can be downloaded; once the export is complete.</param>
internal sealed record ExportAnswer(
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

    public static ExportAnswer Of(ExportRecord export, ExportTotals totals, DateTimeOffset now)
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
internal sealed record StartedExportAnswer(
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
    public static StartedExportAnswer Of(ExportRecord export, HttpManagementPayload payload) => new(
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

internal static class ExportAnswers
{
    public static bool HasContent(this ExportRecord export, DateTimeOffset now) => export.State.IsWhole() && now < export.KeptUntil;

    public static Problem Ended(ExportRecord export) => Problems.Conflict(
        "export_ended", "The export has ended.", $"Export '{export.ExportId}' has ended and cannot be canceled.");

    public static Problem NotEnded(ExportRecord export) => Problems.Conflict(
        "export_not_ended", "The export has not ended.", $"Export '{export.ExportId}' is {EnumNames.Of(export.State)}.");

    public static Problem NoContent(ExportRecord export) => new(
        HttpStatusCode.Gone,
        "export_without_content",
        "The export has no content any more.",
        export.State.IsWhole()
            ? $"The content of export '{export.ExportId}' was kept until {export.KeptUntil:u}."
            : $"Export '{export.ExportId}' is {EnumNames.Of(export.State)}: what it had written is not kept.");

    public static Problem RangeBeyond(long length) => new(
        HttpStatusCode.RequestedRangeNotSatisfiable,
        "range_not_satisfiable",
        "There is nothing in that range.",
        $"The content has {length} bytes.");
}
