using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <summary>The records that an import did not store, in the order of its input.</summary>
internal sealed class ListRejectedRecords(ImportStore imports, ImportPages pages, HttpEndpoint endpoint)
{
    [Function(nameof(ListRejectedRecords))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "imports/{importId}/rejected")] HttpRequestData request,
        string importId,
        CancellationToken cancellationToken) => await endpoint.RunAsync(
            request,
            async () => await imports.GetAsync(importId, cancellationToken) is null
                ? await request.ProblemAsync(Problems.NotFound("import", importId), cancellationToken)
                : await endpoint.RunPagedAsync(
                    request,
                    (limit, token, cancellation) => pages.ListRejectedAsync(importId, limit, token, cancellation),
                    record => record,
                    cancellationToken),
            cancellationToken);
}
