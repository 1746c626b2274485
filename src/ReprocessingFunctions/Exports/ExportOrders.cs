namespace ReprocessingFunctions.Exports;

/// <summary>
/// Sends all orders, or those of a status, in the form that an import reads. They are read as they are sent; for many there is
/// <see cref="ExportFunctions.StartExport"/>.
/// </summary>
internal sealed class OrderExportFunctions(IOrderScan orders, ILogger<OrderExportFunctions> logger)
{
    [Function(nameof(ExportOrders))]
    [Endpoint("exports", "Sends all orders, or those of a status, in a form that an import reads.",
        Description = "Read as they are sent, which is meant for some thousands; an order that cannot be read is left out and logged.")]
    [Parameter("format", "jsonl unless said.", OneOf = typeof(ImportFormat))]
    [Parameter("status", "Orders of this status only.")]
    [Response(200, "The orders, as JSON lines or CSV.", null, MediaType = FileResponse.JsonLinesType)]
    [Refuses("invalid_parameter")]
    public Task<HttpResponseData> ExportOrders(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports/orders")] HttpRequestData request, CancellationToken cancellationToken)
    {
        var format = request.QueryEnum<ImportFormat>("format") ?? ImportFormat.JsonLines;
        var status = request.QueryText("status");
        if (OrderStatuses.Fault(status) is { } fault)
        {
            throw new ProblemException(Problems.InvalidParameter("status", fault));
        }

        return request.FileAsync(
            FileResponse.TypeOf(format), $"orders.{EnumNames.Of(format)}", cancel => RowsAsync(format, status, cancel), cancellationToken);
    }

    private async IAsyncEnumerable<string> RowsAsync(
        ImportFormat format, string? status, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (format == ImportFormat.Csv)
        {
            yield return OrderExport.CsvHeader;
        }

        await foreach (var row in orders.ReadAsync(status, OrderCursor.Start, cancellationToken))
        {
            switch (row)
            {
                case ScannedRow.Read read:
                    yield return OrderExport.Write(format, read.Order, read.Input);
                    break;
                case ScannedRow.Broken { Row: var broken }:
                    // The answer has begun and all that follows is good: it is not broken off for one order.
                    logger.OrderNotExported(nameof(ExportOrders), broken.Key, broken.Message);
                    break;
            }
        }
    }
}

/// <summary>The statuses that orders are published with, by which exports are narrowed.</summary>
internal static class OrderStatuses
{
    private static readonly string[] Known =
    [
        .. EnumNames.All<OrderPhase>().Where(name => name != EnumNames.Of(OrderPhase.Failed)), .. FailureStatuses.All.Select(one => one.Name),
    ];

    /// <summary>What is wrong with it, as a sentence; null of none.</summary>
    public static string? Fault(string? status) =>
        status is null || Known.Contains(status) ? null : $"'status' must be one of {string.Join(", ", Known)}.";
}
