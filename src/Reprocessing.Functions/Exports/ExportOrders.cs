namespace Reprocessing.Functions.Exports;

internal sealed class OrderPageWriter(OrderScan orders, ILogger<OrderPageWriter> logger)
{
    private const int MaxSkipped = 100;

    public async Task<WrittenPage> WriteAsync(
        string export, ImportFormat format, string? status, int number, OrderCursor from, ExportLimits limits, CancellationToken cancellationToken)
    {
        var text = new ArrayBufferWriter<byte>();
        var (records, at, isLast) = (0, from, true);
        List<SkippedRecord> skipped = [];
        if (number == 1 && format == ImportFormat.Csv)
        {
            Encoding.UTF8.GetBytes(OrderExport.CsvHeader, text);
        }

        await foreach (var row in orders.ReadAsync(status, from, cancellationToken))
        {
            switch (row)
            {
                case ScannedRow.Read read:
                    Encoding.UTF8.GetBytes(OrderExport.Write(format, read.Order, read.Input), text);
                    records++;
                    break;
                case ScannedRow.Broken { Row: var broken }:
                    skipped.Add(broken);
                    logger.OrderNotExported(export, broken.Key, broken.Message);
                    break;
            }

            if (records + skipped.Count >= limits.PageRecords || skipped.Count >= MaxSkipped || text.WrittenCount >= limits.PageBytes)
            {
                (at, isLast) = (row.Next, false);
                break;
            }
        }

        return new(new(number, new(records, skipped.Count), text.WrittenCount, at, isLast), text.WrittenMemory, skipped);
    }
}

internal sealed class OrderExportFunctions(OrderPageWriter writer, IOptions<ExportOptions> options)
{
    [Function(nameof(ExportOrders))]
    [Endpoint("exports", "Sends all orders, or those of a status, in a form that an import reads.", IsLong = true,
        Description = "Read as they are sent, which is meant for some thousands; an order that cannot be read is left out and logged.")]
    [Parameter("format", "jsonl unless said.", OneOf = typeof(ImportFormat))]
    [Parameter("status", "Orders of this status only; failed for those of every failure status.")]
    [Response(200, "The orders, as JSON lines or CSV.", null, MediaType = FileResponse.JsonLinesType)]
    [Response(200, "The orders, as JSON lines or CSV.", null, MediaType = "text/csv")]
    [Refuses("invalid_parameter")]
    public async Task<HttpResponseData> ExportOrders(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/exports/orders")] HttpRequestData request, CancellationToken cancellationToken)
    {
        var format = request.QueryEnum<ImportFormat>("format") ?? ImportFormat.JsonLines;
        var status = request.QueryText("status");
        ProblemException.ThrowIf(OrderStatuses.Fault(status) is { } fault ? Problems.InvalidParameter("status", fault) : null);
        var body = await PulledStream.OpenAsync(cancel => PagesAsync(format, status, cancel), cancellationToken);
        return request.File(HttpStatusCode.OK, FileResponse.TypeOf(format), $"orders.{EnumNames.Of(format)}", body);
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> PagesAsync(
        ImportFormat format, string? status, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (limits, at) = (ExportLimits.Of(options.Value), new ExportPage(0, new(), 0, OrderCursor.Start, IsLast: false));
        while (!at.IsLast)
        {
            var page = await writer.WriteAsync(nameof(ExportOrders), format, status, at.Number + 1, at.To, limits, cancellationToken);
            at = page.Page;
            yield return page.Text;
        }
    }
}

internal static class OrderStatuses
{
    private static IEnumerable<string> Known => [.. EnumNames.All<OrderPhase>(), .. FailureStatuses.Names];

    public static string? Fault(string? status) =>
        status is null || Known.Contains(status) ? null : $"'status' must be one of {string.Join(", ", Known)}.";
}
