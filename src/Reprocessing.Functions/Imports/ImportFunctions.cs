namespace Reprocessing.Functions.Imports;

internal sealed class ImportFunctions(
    TransferStore<ImportRecord> imports, TransferSteps<ImportRecord> steps, ImportPages pages, ImportStarter starter, TimeProvider time)
{
    private static readonly ImportFileRequest CsvFile = new() { Path = "today/orders.csv", Format = ImportFormat.Csv, Mode = ImportMode.External };
    private static readonly CancelBody WrongFile = new() { RequestedBy = "ops", Reason = "The wrong file." };

    [Function(nameof(StartImport))]
    [Endpoint("imports", "Takes a file of orders in and starts its import.", IsIdempotent = true, IsLong = true,
        Description = "The body is the file itself, as CSV or JSON lines, or the path of one below the folder for imports. A bad record stops no other.")]
    [Body(typeof(ImportFileRequest), Example = nameof(CsvFile), Uploads = ["text/csv", "application/x-ndjson"])]
    [Parameter("mode", "What becomes of uploaded orders; start unless said.", OneOf = typeof(ImportMode))]
    [Parameter("requestedBy", "Who uploads; not needed, and recorded as a claim unless the platform's sign-in says who it is.")]
    [Response(202, "Started.", typeof(ImportResponse), "Location")]
    [Refuses("invalid_parameter", "invalid_header", "unsupported_media_type", "upload_too_large")]
    public async Task<HttpResponseData> StartImport(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/imports")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var asked = await ImportRequest.ReadAsync(request, cancellationToken);
        var key = IdempotencyKey.Read(request, "imports", request.Url.Query, asked.Claimed);
        var import = await starter.StartAsync(client, asked with { RequestedBy = Caller.Find(request, asked.Claimed) }, request.Body, key, cancellationToken);
        return await request.RespondAsync(
            HttpStatusCode.Accepted, await ShowAsync(import, cancellationToken), cancellationToken, request.LinkTo(ImportResponse.PathOf(import.Id)));
    }

    [Function(nameof(ListImports))]
    [Endpoint("imports", "Lists the imports, newest first.", PageOf = typeof(ImportResponse))]
    public Task<HttpResponseData> ListImports(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/imports")] HttpRequestData request, CancellationToken cancellationToken) =>
        request.PageAsync(imports.ListAsync, ShowAsync, cancellationToken);

    [Function(nameof(GetImport))]
    [Endpoint("imports", "Shows an import, with its progress while it runs.")]
    [Response(200, "Done.", typeof(ImportResponse))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> GetImport(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/imports/{importId}")] HttpRequestData request,
        string importId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var import = await steps.EndIfBrokenAsync(await steps.FindAsync(importId, cancellationToken), client, cancellationToken);
        var (totals, page) = await ReadAsync(import, cancellationToken);
        return await request.OkAsync(
            new ImportResponse(import, totals, time.GetUtcNow(), import.State == TransferState.Running ? page : null), cancellationToken);
    }

    [Function(nameof(ListRejectedRecords))]
    [Endpoint("imports", "Lists the records that were not stored, with line and reason.", PageOf = typeof(RejectedRecord))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> ListRejectedRecords(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/imports/{importId}/rejected")] HttpRequestData request,
        string importId,
        CancellationToken cancellationToken)
    {
        await steps.FindAsync(importId, cancellationToken);
        return await request.PageAsync(
            (limit, token, cancelled) => pages.ListRejectedAsync(importId, limit, token, cancelled), record => record, cancellationToken);
    }

    [Function(nameof(CancelImport))]
    [Endpoint("imports", "Ends an import after the pages that are at work.", Description = "What is stored stays. To ask again is fine.")]
    [Body(typeof(CancelBody), IsOptional = true, Example = nameof(WrongFile))]
    [Response(202, "It will end.", typeof(ImportResponse), "Location")]
    [Refuses("not_found", "import_ended")]
    public async Task<HttpResponseData> CancelImport(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/imports/{importId}/cancel")] HttpRequestData request,
        string importId,
        CancellationToken cancellationToken)
    {
        var import = await steps.CancelAsync(request, importId, ImportRefusals.Ended, cancellationToken);
        return await request.RespondAsync(
            HttpStatusCode.Accepted, await ShowAsync(import, cancellationToken), cancellationToken, request.LinkTo(ImportResponse.PathOf(importId)));
    }

    private async Task<ImportResponse> ShowAsync(ImportRecord import, CancellationToken cancellationToken) =>
        new(import, (await ReadAsync(import, cancellationToken)).Totals, time.GetUtcNow());

    private async Task<(ImportTotals Totals, PageAtWork? AtWork)> ReadAsync(ImportRecord import, CancellationToken cancellationToken) =>
        import.Totals is { } ended ? (ended, null) : await pages.ReadAsync(import.Id, cancellationToken);
}

internal static class ImportRefusals
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
        "import_ended", "The import has ended.", $"Import '{import.Id}' has ended and cannot be canceled.");
}

internal sealed class ImportResponse(ImportRecord import, ImportTotals totals, DateTimeOffset now, PageAtWork? atWork = null)
{
    public string ImportId => import.Id;
    public ImportState State => Enum.Parse<ImportState>(import.State.ToString());
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
