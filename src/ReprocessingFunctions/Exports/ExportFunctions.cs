namespace ReprocessingFunctions.Exports;

/// <summary>Starts exports, whose pages are written one after another and kept, and shows what became of them.</summary>
internal sealed class ExportFunctions(
    IExportStore exports, IExportPages pages, ExportStarter starter, ExportContent content, ExportProgress progress, TimeProvider time)
{
    private static readonly ExportRequest CompletedOrders = new()
    {
        What = ExportSubject.Orders,
        Format = ImportFormat.Csv,
        Status = "completed",
        RequestedBy = "maria@example.com",
    };

    private static readonly CancelBody WrongStatus = new() { RequestedBy = "ops", Reason = "The wrong status." };

    [Function(nameof(StartExport))]
    [Endpoint("exports", "Starts an export, to be downloaded when it is complete.", IsIdempotent = true,
        Description = "The file is written page after page, survives a restart of the app, and is kept for a while. A record that cannot be read stops no other.")]
    [Body(typeof(ExportRequest), Example = nameof(CompletedOrders))]
    [Response(202, "Started.", typeof(StartedExportResponse), "Location")]
    public async Task<HttpResponseData> StartExport(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "exports")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<ExportRequest>(cancellationToken);
        var key = IdempotencyKey.Read(request, ExportStarter.KeyScope, body);
        var export = await starter.StartAsync(client, body.Read(request), key, cancellationToken);
        return await request.RespondAsync(
            HttpStatusCode.Accepted,
            StartedExportResponse.Of(export, client.CreateHttpManagementPayload(export.ExportId, request)),
            cancellationToken,
            request.LinkTo(ExportResponse.PathOf(export.ExportId)));
    }

    [Function(nameof(ListExports))]
    [Endpoint("exports", "Lists the exports, newest first.", PageOf = typeof(ExportResponse))]
    public Task<HttpResponseData> ListExports(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports")] HttpRequestData request, CancellationToken cancellationToken) =>
        request.PageAsync(exports.ListAsync, progress.ShowAsync, cancellationToken);

    [Function(nameof(GetExport))]
    [Endpoint("exports", "Shows an export, with its progress while it runs.")]
    [Response(200, "Done.", typeof(ExportResponse))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> GetExport(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports/{exportId}")] HttpRequestData request,
        string exportId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var export = await progress.EndIfBrokenAsync(await exports.FindAsync(exportId, cancellationToken), client, cancellationToken);
        return await request.OkAsync(await progress.ShowAsync(export, cancellationToken), cancellationToken);
    }

    [Function(nameof(ListSkippedRecords))]
    [Endpoint("exports", "Lists what could not be read and is not in the file.", PageOf = typeof(SkippedRecord))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> ListSkippedRecords(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports/{exportId}/skipped")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken)
    {
        await exports.FindAsync(exportId, cancellationToken);
        return await request.PageAsync(
            (limit, token, cancelled) => pages.ListSkippedAsync(exportId, limit, token, cancelled), record => record, cancellationToken);
    }

    [Function(nameof(CancelExport))]
    [Endpoint("exports", "Ends an export after the page that is at work.", Description = "What is written is not kept. To ask again is fine.")]
    [Body(typeof(CancelBody), IsOptional = true, Example = nameof(WrongStatus))]
    [Response(202, "It will end.", typeof(ExportResponse), "Location")]
    [Refuses("not_found", "export_ended")]
    public async Task<HttpResponseData> CancelExport(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "exports/{exportId}/cancel")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken)
    {
        var (caller, reason) = await CancelBody.ReadAsync(request, cancellationToken);
        var export = await exports.EditAsync(
            exportId,
            stored => stored.State.IsFinal() || stored.IsCancelRequested
                ? null
                : stored with { IsCancelRequested = true, CanceledBy = caller, CancelReason = reason },
            cancellationToken) ?? throw new ProblemException(Problems.NotFound("export", exportId));
        return export.State.IsFinal() && export.State != ExportState.Canceled
            ? throw new ProblemException(ExportRefusals.Ended(export))
            : await request.RespondAsync(
                HttpStatusCode.Accepted,
                await progress.ShowAsync(export, cancellationToken),
                cancellationToken,
                request.LinkTo(ExportResponse.PathOf(exportId)));
    }

    [Function(nameof(DeleteExport))]
    [Endpoint("exports", "Deletes the file of an export before its time is over.",
        Description = "That there was an export, and what it came to, stays known. To ask again is fine.")]
    [Response(200, "Done.", typeof(ExportResponse))]
    [Refuses("not_found", "export_not_ended")]
    public async Task<HttpResponseData> DeleteExport(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "exports/{exportId}")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // Nobody downloads half of it while its rows are deleted; if this is cut off, the next sweep goes on.
        var export = await exports.EditAsync(
            exportId, stored => stored.State.IsFinal() && stored.KeptUntil > now ? stored with { KeptUntil = now } : null, cancellationToken)
            ?? throw new ProblemException(Problems.NotFound("export", exportId));
        if (!export.State.IsFinal())
        {
            throw new ProblemException(ExportRefusals.NotEnded(export));
        }

        await content.DropAsync(export, cancellationToken);
        return await request.OkAsync(await progress.ShowAsync(export, cancellationToken), cancellationToken);
    }
}

/// <summary>What is to be exported, and how.</summary>
internal sealed record ExportRequest
{
    /// <summary>Orders, which is all that there is so far.</summary>
    public ExportSubject? What { get; init; }

    /// <summary>jsonl unless said.</summary>
    public ImportFormat? Format { get; init; }

    /// <summary>Orders of this status only.</summary>
    public string? Status { get; init; }

    public string? RequestedBy { get; init; }

    public ExportOrder Read(HttpRequestData request)
    {
        var (caller, fault) = Caller.Read(request, RequestedBy);
        Problems.ThrowIfAny(fault, OrderStatuses.Fault(Status) is { } unknown ? new(unknown, "#/status") : null);
        return new(What ?? ExportSubject.Orders, Format ?? ImportFormat.JsonLines, Status, caller);
    }
}

/// <summary>The same with nothing left open.</summary>
internal sealed record ExportOrder(ExportSubject What, ImportFormat Format, string? Status, string RequestedBy);

internal static class ExportRefusals
{
    public static async Task<ExportRecord> FindAsync(this IExportStore exports, string exportId, CancellationToken cancellationToken) =>
        await exports.GetAsync(exportId, cancellationToken) ?? throw new ProblemException(Problems.NotFound("export", exportId));

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
