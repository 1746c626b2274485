using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.OpenApi;

/// <summary>The OpenAPI document of this app.</summary>
internal sealed class GetOpenApi(HttpEndpoint endpoint)
{
    [Function(nameof(GetOpenApi))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "openapi.json")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => request.OkAsync(OpenApiDocument.Current, cancellationToken), cancellationToken);
}
