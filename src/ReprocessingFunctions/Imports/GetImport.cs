using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <summary>One import, with its progress while it runs.</summary>
internal sealed class GetImport(ImportStore imports, ImportProgress progress, HttpEndpoint endpoint)
{
    [Function(nameof(GetImport))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "imports/{importId}")] HttpRequestData request,
        string importId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () => await imports.GetAsync(importId, cancellationToken) is { } import
                ? await request.OkAsync(await progress.ShowLiveAsync(import, client, cancellationToken), cancellationToken)
                : await request.ProblemAsync(Problems.NotFound("import", importId), cancellationToken),
            cancellationToken);
}
