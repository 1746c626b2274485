namespace ReprocessingFunctions.Imports;

/// <summary>An import as this API shows it.</summary>
/// <param name="Percent">Of the input's bytes.</param>
/// <param name="EtaSeconds">At the pace so far; only while it runs.</param>
/// <param name="Heartbeat">The latest of its pages at work.</param>
internal sealed record ImportResponse(
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
    HeartbeatResponse? Heartbeat = null)
{
    public static string PathOf(string importId) => $"/api/imports/{Uri.EscapeDataString(importId)}";

    public static ImportResponse Of(ImportRecord import, ImportTotals totals, DateTimeOffset now)
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

/// <summary>The page at work that made progress last.</summary>
/// <param name="InstanceId">The orchestration of the import.</param>
internal sealed record HeartbeatResponse(string InstanceId, string Activity, int Attempt, DateTimeOffset At, int Done, int? Total, string? Detail)
{
    public static HeartbeatResponse Of(string importId, PageAtWork page) => new(
        importId, page.Activity, page.Attempt, page.LastProgressAt, page.Done, page.Total, string.Create(CultureInfo.InvariantCulture, $"Page {page.Number}"));
}

/// <summary>The answer to a start, with the addresses of the platform's Durable management API.</summary>
internal sealed record StartedImportResponse(
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
    public static StartedImportResponse Of(ImportRecord import, HttpManagementPayload payload) => new(
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

/// <summary>How far imports are, by what their pages have stored.</summary>
internal sealed class ImportProgress(ImportStore imports, ImportPages pages, ImportUploads uploads, TimeProvider time)
{
    public async Task<ImportResponse> ShowAsync(ImportRecord import, CancellationToken cancellationToken) =>
        (await ReadAsync(import, cancellationToken)).Response;

    /// <summary>With the page at work that made progress last.</summary>
    public async Task<ImportResponse> ShowLiveAsync(ImportRecord import, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var current = import.State == ImportState.Running ? await EndIfGoneAsync(import, client, cancellationToken) : import;
        var (answer, page) = await ReadAsync(current, cancellationToken);
        return current.State == ImportState.Running && page is not null ? answer with { Heartbeat = HeartbeatResponse.Of(import.ImportId, page) } : answer;
    }

    private async Task<(ImportResponse Response, PageAtWork? Page)> ReadAsync(ImportRecord import, CancellationToken cancellationToken)
    {
        var (totals, page) = import.Totals is { } ended ? (ended, null) : await pages.ReadAsync(import.ImportId, cancellationToken);
        return (ImportResponse.Of(import, totals, time.GetUtcNow()), page);
    }

    /// <summary>Deletes what only the work on an import needs.</summary>
    public async Task DropLeftoversAsync(string importId, CancellationToken cancellationToken)
    {
        await uploads.DeleteAsync(importId, cancellationToken);
        await pages.DeleteLookupsAsync(importId, cancellationToken);
    }

    /// <summary>An orchestration that was terminated by hand, or that broke, writes no end of its import.</summary>
    private async Task<ImportRecord> EndIfGoneAsync(ImportRecord import, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await client.FindBrokenEndAsync(import.ImportId, cancellationToken) is not { } broken)
        {
            return import;
        }

        var ended = await imports.EditAsync(
            import.ImportId,
            stored => stored.State.IsFinal() ? null : stored with
            {
                State = broken.IsTerminated ? ImportState.Canceled : ImportState.Failed,
                EndedAt = time.GetUtcNow(),
                Error = broken.Reason,
            },
            cancellationToken);
        await DropLeftoversAsync(import.ImportId, cancellationToken);
        return ended ?? import;
    }
}
