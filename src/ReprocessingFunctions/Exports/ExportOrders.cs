using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Exports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>
/// All orders, or those of a status, in the form that an import reads. They are read as they are sent; for many there is
/// <see cref="StartExport"/>.
/// </summary>
internal sealed class ExportOrders(IOrderScan orders, HttpEndpoint endpoint, ILogger<ExportOrders> logger)
{
    [Function(nameof(ExportOrders))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports/orders")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(request, () => ExportAsync(request, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> ExportAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        if (!EnumNames.TryParse<ImportFormat>(request.Query["format"] ?? EnumNames.Of(ImportFormat.JsonLines), out var format))
        {
            return await request.ProblemAsync(
                Problems.InvalidParameter("format", $"'format' must be one of {string.Join(", ", EnumNames.All<ImportFormat>())}."), cancellationToken);
        }

        var status = request.Query["status"] is { Length: > 0 } asked ? asked : null;
        if (OrderStatuses.Fault(status) is { } fault)
        {
            return await request.ProblemAsync(Problems.InvalidParameter("status", fault), cancellationToken);
        }

        var body = new TextStream(WriteAsync(format, status, cancellationToken), cancellationToken);
        // A storage that does not answer is told of while the answer can still be a 503.
        await body.PrepareAsync();
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.AddFileHeaders(format, "orders");
        response.Body = body;
        return response;
    }

    private async IAsyncEnumerable<string> WriteAsync(
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
