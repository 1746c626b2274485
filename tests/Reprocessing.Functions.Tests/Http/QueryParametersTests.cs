using Reprocessing.Functions.OpenApi;

namespace Reprocessing.Functions.Tests.Http;

/// <summary>What a query says and nobody reads is refused: without its filter a request would act on everything.</summary>
public sealed class QueryParametersTests
{
    [Theory]
    [InlineData("ListDeadLetters", "?flter=errorType%20%3D%20timeout", "flter")]
    [InlineData("ListDeadLetters", "?filter=", "filter")]
    [InlineData("ListDeadLetters", "?filter=%20", "filter")]
    [InlineData("ListDeadLetters", "?resolution=any&resolution=cancelled", "resolution")]
    [InlineData("StartImport", "?mod=failed", "mod")]
    [InlineData("GetJob", "?state=failed", "state")]
    [InlineData("ListJobs", "?state", "")]
    public void A_parameter_that_is_not_declared_or_has_no_single_value_is_refused(string function, string query, string name)
    {
        var refused = Assert.Throws<ProblemException>(() => Check(function, query)).Problem;

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_parameter"), (refused.Status, refused.Code));
        Assert.Equal($"#/{name}", Assert.Single(refused.Errors!).Pointer);
        Assert.Contains("invalid_parameter", ApiOperation.Find(function)!.ProblemCodes);
    }

    [Theory]
    [InlineData("ListDeadLetters", "?Filter=errorType%20%3D%20timeout&resolution=any&pageSize=5&code=key&clientId=default")]
    [InlineData("GetJob", "")]
    public void What_is_declared_and_the_platforms_key_are_taken(string function, string query) => Check(function, query);

    [Theory]
    [InlineData("dead-letters/{orderId}/notes", "/api/dead-letters/a%23b/notes", "orderId")]
    [InlineData("jobs/{jobId}", "/api/jobs/a%00b", "jobId")]
    [InlineData("orders/{orderId}", "/api/orders/a%2fb", "orderId")]
    [InlineData("orders/{orderId}/attempts/{workflowId}/begin", "/api/orders/a/attempts/b%5C/begin", "workflowId")]
    public void A_value_of_a_route_that_is_no_id_is_refused(string route, string path, string name)
    {
        var refused = Assert.Throws<ProblemException>(() => new FakeRequest("GET", path).CheckRoute(route)).Problem;

        Assert.Equal(("invalid_parameter", $"#/{name}"), (refused.Code, Assert.Single(refused.Errors).Pointer));
        new FakeRequest("GET", "/prefix/api/jobs/it's%25%20fine").CheckRoute("jobs/{jobId}");
    }

    private static void Check(string function, string query) =>
        new FakeRequest("GET", $"/api/x{query}").ThrowIfUndeclared(ApiOperation.Find(function)!.QueryNames);
}
