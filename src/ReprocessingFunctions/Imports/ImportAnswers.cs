using System.Net;
using Microsoft.Azure.Functions.Worker;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Heartbeats;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <summary>An import as this API shows it.</summary>
/// <param name="Percent">Of the input's bytes.</param>
/// <param name="EtaSeconds">At the pace so far; only while it runs.</param>
/// <param name="Heartbeat">The latest of its pages at work.</param>
internal sealed record ImportAnswer(
    string ImportId,
    ImportState State,
    ImportFormat Format,
    ImportMode Mode,
    string? Path,
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
    HeartbeatAnswer? Heartbeat = null)
{
    public static string PathOf(string importId) => $"/api/imports/{Uri.EscapeDataString(importId)}";

    public static ImportAnswer Of(ImportRecord import, ImportTotals totals, DateTimeOffset now)
    {
        var seconds = import.StartedAt is { } startedAt ? ((import.EndedAt ?? now) - startedAt).TotalSeconds : 0;
        var left = import.Length - import.First.Offset - totals.Bytes;
        return new(
            import.ImportId,
            import.State,
            import.Format,
            import.Mode,
            import.Path,
            import.Length,
            totals.Counts,
            PercentOf(import, totals),
            seconds > 0 ? Math.Round(totals.Counts.Read / seconds, 1) : null,
            import.State == ImportState.Running && totals.Bytes > 0 ? Math.Round(seconds * left / totals.Bytes, 1) : null,
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
        return import.State is ImportState.Completed or ImportState.CompletedWithRejects || (all <= 0 && import.State.IsFinal()) ? 100
            : all <= 0 ? 0
            : Math.Round(100.0 * totals.Bytes / all, 1);
    }
}

/// <param name="InstanceId">The orchestration of the page.</param>
internal sealed record HeartbeatAnswer(string InstanceId, string Activity, int Attempt, DateTimeOffset At, int Done, int? Total, string? Detail)
{
    public static HeartbeatAnswer Of(Heartbeat beat) =>
        new(beat.Ticket.InstanceId, beat.Ticket.Activity, beat.Ticket.Attempt, beat.At, beat.Done, beat.Total, beat.Detail);
}

/// <summary>The answer to a start, with the addresses of the platform's Durable management API.</summary>
internal sealed record StartedImportAnswer(
    string ImportId,
    ImportState State,
    string? Id,
    string? StatusQueryGetUri,
    string? SendEventPostUri,
    string? TerminatePostUri,
    string? SuspendPostUri,
    string? ResumePostUri,
    string? PurgeHistoryDeleteUri)
{
    public static StartedImportAnswer Of(ImportRecord import, HttpManagementPayload payload) => new(
        import.ImportId,
        import.State,
        payload.Id,
        payload.StatusQueryGetUri,
        payload.SendEventPostUri,
        payload.TerminatePostUri,
        payload.SuspendPostUri,
        payload.ResumePostUri,
        payload.PurgeHistoryDeleteUri);
}

internal static class ImportAnswers
{
    public static Problem UnsupportedType(IEnumerable<string> uploads) => new(
        HttpStatusCode.UnsupportedMediaType,
        "unsupported_media_type",
        "The content type is not one that can be imported.",
        $"Send the orders as {string.Join(", ", uploads)}, or as application/json the path of a file.");

    public static Problem InvalidHeader(string detail) =>
        new(HttpStatusCode.BadRequest, "invalid_header", "The header row cannot be used.", detail) { Errors = [new(detail, "#")] };

    public static Problem UploadTooLarge(long limit) => new(
        HttpStatusCode.RequestEntityTooLarge,
        "upload_too_large",
        "The upload is too large.",
        $"An upload has at most {limit} bytes (setting ImportMaxUploadBytes); larger inputs can be imported as files.");

    public static Problem Ended(ImportRecord import) => Problems.Conflict(
        "import_ended", "The import has ended.", $"Import '{import.ImportId}' has ended and cannot be canceled.");
}
