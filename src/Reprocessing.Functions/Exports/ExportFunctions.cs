namespace Reprocessing.Functions.Exports;

internal sealed class ExportFunctions(
    TransferStore<ExportRecord> exports, TransferSteps<ExportRecord> steps, ExportPages pages, ExportStarter starter, TimeProvider time)
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
    [Response(202, "Started.", typeof(ExportResponse), "Location")]
    public async Task<HttpResponseData> StartExport(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/exports")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<ExportRequest>(
            read => [OrderStatuses.Fault(read.Status) is { } unknown ? new(unknown, "#/status") : null], cancellationToken);
        var key = IdempotencyKey.Read(request, "exports", body, body.RequestedBy);
        var export = await starter.StartAsync(client, body.ToRecord(request, time.GetUtcNow()), key, cancellationToken);
        return await request.RespondAsync(
            HttpStatusCode.Accepted, await ShowAsync(export, cancellationToken), cancellationToken, request.LinkTo(ExportResponse.PathOf(export.Id)));
    }

    [Function(nameof(ListExports))]
    [Endpoint("exports", "Lists the exports, newest first.", PageOf = typeof(ExportResponse))]
    public Task<HttpResponseData> ListExports(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/exports")] HttpRequestData request, CancellationToken cancellationToken) =>
        request.PageAsync(exports.ListAsync, ShowAsync, cancellationToken);

    [Function(nameof(GetExport))]
    [Endpoint("exports", "Shows an export, with its progress while it runs.")]
    [Response(200, "Done.", typeof(ExportResponse))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> GetExport(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/exports/{exportId}")] HttpRequestData request,
        string exportId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var export = await steps.EndIfBrokenAsync(await steps.FindAsync(exportId, cancellationToken), client, cancellationToken);
        return await request.OkAsync(await ShowAsync(export, cancellationToken), cancellationToken);
    }

    [Function(nameof(ListSkippedRecords))]
    [Endpoint("exports", "Lists what could not be read and is not in the file.", PageOf = typeof(SkippedRecord))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> ListSkippedRecords(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/exports/{exportId}/skipped")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken)
    {
        await steps.FindAsync(exportId, cancellationToken);
        return await request.PageAsync(
            (limit, token, cancelled) => pages.ListSkippedAsync(exportId, limit, token, cancelled), record => record, cancellationToken);
    }

    [Function(nameof(CancelExport))]
    [Endpoint("exports", "Ends an export after the page that is at work.", Description = "What is written is not kept. To ask again is fine.")]
    [Body(typeof(CancelBody), IsOptional = true, Example = nameof(WrongStatus))]
    [Response(202, "It will end.", typeof(ExportResponse), "Location")]
    [Refuses("not_found", "export_ended")]
    public async Task<HttpResponseData> CancelExport(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/exports/{exportId}/cancel")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken)
    {
        var export = await steps.CancelAsync(request, exportId, ExportRefusals.Ended, cancellationToken);
        return await request.RespondAsync(
            HttpStatusCode.Accepted, await ShowAsync(export, cancellationToken), cancellationToken, request.LinkTo(ExportResponse.PathOf(exportId)));
    }

    [Function(nameof(DeleteExport))]
    [Endpoint("exports", "Deletes the file of an export before its time is over.",
        Description = "That there was an export, and what it came to, stays known. To ask again is fine.")]
    [Response(200, "Done.", typeof(ExportResponse))]
    [Refuses("not_found", "export_not_ended")]
    public async Task<HttpResponseData> DeleteExport(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/exports/{exportId}")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // Nobody begins a download of it while it is deleted; if this is cut off, the next reconciliation goes on.
        await steps.FindAsync(exportId, cancellationToken);
        var export = (await exports.EditAsync(
            exportId, stored => stored.State.IsFinal() && stored.KeptUntil > now ? stored with { KeptUntil = now } : null, cancellationToken))!;
        ProblemException.ThrowIf(export.State.IsFinal() ? null : ExportRefusals.NotEnded(export));
        await steps.DropContentAsync(export, cancellationToken);
        return await request.OkAsync(await ShowAsync(export, cancellationToken), cancellationToken);
    }

    private async Task<ExportResponse> ShowAsync(ExportRecord export, CancellationToken cancellationToken)
    {
        var totals = export.Totals ?? await pages.ListAsync(export.Id, cancellationToken)
            .AggregateAsync(ExportTotals.None, (sum, page) => sum.Add(page), cancellationToken);
        return new(export, totals, time.GetUtcNow());
    }
}

internal sealed record ExportRequest
{
    public ExportSubject? What { get; init; }

    public ImportFormat? Format { get; init; }

    public string? Status { get; init; }

    [Caller]
    public string? RequestedBy { get; init; }

    public ExportRecord ToRecord(HttpRequestData request, DateTimeOffset now) => new()
    {
        Id = TransferIds.New<ExportRecord>(now),
        State = TransferState.Pending,
        What = What ?? ExportSubject.Orders,
        Format = Format ?? ImportFormat.JsonLines,
        Status = Status,
        RequestedBy = Caller.Of(request, RequestedBy),
        CreatedAt = now,
    };
}

/// <summary>A request that is repeated under its key goes on with the export that the first one made, wherever that one was cut off.</summary>
internal sealed class ExportStarter(TransferStore<ExportRecord> exports, IRequestKeys keys, IOptions<ExportOptions> options)
{
    public async Task<ExportRecord> StartAsync(
        DurableTaskClient client, ExportRecord asked, RequestKey? key, CancellationToken cancellationToken)
    {
        var exportId = await keys.BindAsync(key, asked.Id, cancellationToken);
        var export = await exports.GetAsync(exportId, cancellationToken);
        if (export is null)
        {
            export = asked with { Id = exportId };
            await exports.CreateAsync(export, cancellationToken);
        }

        await EnsureStartedAsync(client, export, cancellationToken);
        return export;
    }

    public Task EnsureStartedAsync(DurableTaskClient client, ExportRecord export, CancellationToken cancellationToken) =>
        export.State != TransferState.Pending ? Task.CompletedTask : client.StartOnceAsync(
            nameof(ExportOrchestrator),
            export.Id,
            new ExportOrchestrationInput(export.Id, ExportLimits.Of(options.Value), OrderCursor.Start),
            cancellationToken);
}

internal static class ExportRefusals
{
    public static bool HasContent(this ExportRecord export, DateTimeOffset now) => export.State.IsWhole() && now < export.KeptUntil;

    public static Problem Ended(ExportRecord export) => Problems.Conflict(
        "export_ended", "The export has ended.", $"Export '{export.Id}' has ended and cannot be canceled.");

    public static Problem NotEnded(ExportRecord export) => Problems.Conflict(
        "export_not_ended", "The export has not ended.", $"Export '{export.Id}' is {EnumNames.Of(export.State)}.");

    public static Problem NoContent(ExportRecord export) => new(
        HttpStatusCode.Gone,
        "export_without_content",
        "The export has no content any more.",
        export.State.IsWhole()
            ? $"The content of export '{export.Id}' was kept until {export.KeptUntil:u}."
            : $"Export '{export.Id}' is {EnumNames.Of(export.State)}: what it had written is not kept.");

    public static Problem RangeBeyond(long length) => new(
        HttpStatusCode.RequestedRangeNotSatisfiable,
        "range_not_satisfiable",
        "There is nothing in that range.",
        $"The content has {length} bytes.");
}

internal sealed class ExportResponse(ExportRecord export, ExportTotals totals, DateTimeOffset now)
{
    public string ExportId => export.Id;
    public ExportState State => Enum.Parse<ExportState>(export.State.ToString());
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

    [Range(1024, 512 * 1024)]
    public int PageBytes { get; set; } = 512 * 1024;

    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);
}
