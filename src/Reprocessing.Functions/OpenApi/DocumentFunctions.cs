namespace Reprocessing.Functions.OpenApi;

internal sealed class DocumentFunctions
{
    private static ProblemKind Problem => ProblemCatalog.All[0];

    [Function(nameof(GetOpenApi))]
    [Endpoint("document", "This document.", Role = Role.None)]
    [Response(200, "Done.", typeof(JsonObject))]
    public Task<HttpResponseData> GetOpenApi(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/openapi.json")] HttpRequestData request, CancellationToken cancellationToken) =>
        request.OkAsync(OpenApiDocument.Current, cancellationToken);

    [Function(nameof(GetProblem))]
    [Endpoint("document", "What a problem means and what to do about it; where a problem's type points to.", Role = Role.None)]
    [Response(200, "Done.", typeof(ProblemKind), Example = nameof(Problem))]
    [Refuses("not_found")]
    public Task<HttpResponseData> GetProblem(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/problems/{code}")] HttpRequestData request,
        string code,
        CancellationToken cancellationToken) => ProblemCatalog.TryGet(code, out var problem)
            ? request.OkAsync(problem, cancellationToken)
            : throw new ProblemException(Problems.NotFound("problem", code));
}
