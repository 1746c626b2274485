using System.Text.Json.Nodes;
using ReprocessingFunctions.Http;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.OpenApi;

internal static class DocumentOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "document",
        Get(nameof(GetOpenApi), "openapi.json", "This document.").Answers200<JsonObject>(),
        Get(nameof(GetProblem), "problems/{code}", "What a problem means and what to do about it; where a problem's type points to.")
            .Answers200(ProblemCatalog.All[0])
            .Refuses("not_found"));
}
