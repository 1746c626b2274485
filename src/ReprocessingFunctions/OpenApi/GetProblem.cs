using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.OpenApi;

/// <summary>Where the type of a problem leads: what it means and what to do.</summary>
internal sealed class GetProblem(HttpEndpoint endpoint)
{
    [Function(nameof(GetProblem))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "problems/{code}")] HttpRequestData request,
        string code,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            () => ProblemCatalog.TryGet(code, out var problem)
                ? request.OkAsync(problem, cancellationToken)
                : request.ProblemAsync(Problems.NotFound("problem", code), cancellationToken),
            cancellationToken);
}
