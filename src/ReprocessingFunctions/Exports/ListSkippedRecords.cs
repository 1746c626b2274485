using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.Exports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>What an export could not read, in the order of its file.</summary>
internal sealed class ListSkippedRecords(IExportStore exports, IExportPages pages, HttpEndpoint endpoint)
{
    [Function(nameof(ListSkippedRecords))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports/{exportId}/skipped")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () => await exports.GetAsync(exportId, cancellationToken) is null
                ? await request.ProblemAsync(Problems.NotFound("export", exportId), cancellationToken)
                : await endpoint.RunPagedAsync(
                    request,
                    (limit, token, cancellation) => pages.ListSkippedAsync(exportId, limit, token, cancellation),
                    record => record,
                    cancellationToken),
            cancellationToken);
}
