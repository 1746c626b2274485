using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <summary>All orders, or those of a status, in the form that an import reads. They are read as they are sent.</summary>
internal sealed class ExportOrders(IOrderScan orders, HttpEndpoint endpoint)
{
    [Function(nameof(ExportOrders))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports/orders")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(request, () => ExportAsync(request, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> ExportAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        if (!StableNames.TryParse<ImportFormat>(request.Query["format"] ?? StableNames.Of(ImportFormat.JsonLines), out var format))
        {
            return await request.ProblemAsync(
                Problems.InvalidParameter("format", $"'format' must be one of {string.Join(", ", StableNames.All<ImportFormat>())}."), cancellationToken);
        }

        var status = request.Query["status"] is { Length: > 0 } asked ? asked : null;
        string[] known = [.. StableNames.All<OrderPhase>().Where(name => name != StableNames.Of(OrderPhase.Failed)), .. FailureStatuses.All.Select(one => one.Name)];
        if (status is not null && !known.Contains(status))
        {
            return await request.ProblemAsync(
                Problems.InvalidParameter("status", $"'status' must be one of {string.Join(", ", known)}."), cancellationToken);
        }

        var body = new TextStream(WriteAsync(format, status, cancellationToken), cancellationToken);
        // A storage that does not answer is told of while the answer can still be a 503.
        await body.PrepareAsync();
        var response = request.CreateResponse(HttpStatusCode.OK);
        var (type, extension) = format == ImportFormat.Csv ? ("text/csv; charset=utf-8; header=present", "csv") : ("application/x-ndjson", "jsonl");
        response.Headers.Add("Content-Type", type);
        response.Headers.Add("Content-Disposition", $"attachment; filename=\"orders.{extension}\"");
        response.Headers.Add("X-Content-Type-Options", "nosniff");
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

        await foreach (var stored in orders.ReadAsync(status, cancellationToken))
        {
            yield return OrderExport.Write(format, stored.Order, stored.Input);
        }
    }
}
