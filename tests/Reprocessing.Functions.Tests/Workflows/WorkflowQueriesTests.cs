namespace Reprocessing.Functions.Tests.Workflows;

public sealed class WorkflowQueriesTests
{
    private readonly MemoryIndex _index = new();

    public WorkflowQueriesTests()
    {
        _index.Records["w-1"] = new("w-1", "OrderFulfillment", WorkflowStatus.Failed, Backlog.Start)
        {
            CloseTime = Backlog.Start.AddMinutes(1),
            OrderId = "ORD/1",
            OrderStatus = "picking_failed",
            CustomerId = "C",
            NextInstance = "w-2",
            OriginalInput = "{}",
        };
        _index.Records["w-2"] = new("w-2", "OrderFulfillment", WorkflowStatus.Running, Backlog.Start) { PreviousInstance = "w-1", RetryCount = 1 };
        _index.Records["w-3"] = new("w-3", "LoyaltyProgram", WorkflowStatus.Suspended, Backlog.Start);
    }

    [Theory]
    [InlineData("", "w-1,w-2,w-3")]
    [InlineData("?query=WorkflowType%20%3D%20'OrderFulfillment'%20AND%20ExecutionStatus%20%3D%20failed", "w-1")]
    [InlineData("?query=RetryCount%20%3E%200", "w-2")]
    [InlineData("?query=InstanceId%20%3D%20'nobody'", "")]
    public async Task A_query_lists_what_it_asks_for(string query, string expected) => Assert.Equal(
        expected,
        string.Join(',', (await ListAsync(query)).Json().GetProperty("items").EnumerateArray().Select(item => item.GetProperty("instanceId").GetString())));

    [Fact]
    public async Task Pages_lead_to_each_other()
    {
        var first = (await ListAsync("?pageSize=2")).Json();
        var second = (await ListAsync($"?pageSize=2&pageToken={first.GetProperty("nextPageToken").GetString()}")).Json();

        Assert.Equal((2, 1), (first.GetProperty("items").GetArrayLength(), second.GetProperty("items").GetArrayLength()));
        Assert.False(second.TryGetProperty("nextPageToken", out _));
    }

    [Theory]
    [InlineData("ExecutionStatus = Exploded", 19)]
    [InlineData("RetryCount >", 13)]
    [InlineData("customer = '$x' AND $.tier = 'gold'", 21)]
    public async Task A_malformed_query_is_refused_with_its_column(string query, int column)
    {
        var answer = await ListAsync("?query=" + Uri.EscapeDataString(query));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("invalid_filter", answer.Json().GetProperty("code").GetString());
        var error = Assert.Single(answer.Json().GetProperty("errors").EnumerateArray());
        Assert.Equal(("#/query", column), (error.GetProperty("pointer").GetString(), error.GetProperty("column").GetInt32()));
    }

    [Fact]
    public async Task A_workflow_is_shown_with_what_comes_after_it_and_its_orders_timeline()
    {
        var workflow = (await GetAsync("w-1")).Json();

        Assert.Equal(1, _index.Projections);
        Assert.Equal(
            """
            {"instanceId":"w-1","type":"OrderFulfillment","status":"Failed","startTime":"2026-03-01T12:00:00+00:00","closeTime":"2026-03-01T12:01:00+00:00",
            "orderId":"ORD/1","orderStatus":"picking_failed","customerId":"C","retryCount":0,"generation":0,"continuations":0,"nextInstance":"w-2",
            "links":{"self":"/api/workflows/w-1","order":"/api/orders/ORD%2F1",
            "timeline":"/api/orders/ORD%2F1/timeline","next":"/api/workflows/w-2"}}
            """.ReplaceLineEndings(string.Empty),
            workflow.GetRawText());
        Assert.Equal("/api/workflows/w-1", (await GetAsync("w-2")).Json().GetProperty("links").GetProperty("previous").GetString());
    }

    [Theory]
    [InlineData("nobody", HttpStatusCode.NotFound, "not_found")]
    [InlineData("a#b", HttpStatusCode.BadRequest, "invalid_parameter")]
    public async Task An_id_that_is_none_is_told(string id, HttpStatusCode status, string code)
    {
        var answer = await GetAsync(id);

        Assert.Equal((status, code), (answer.StatusCode, answer.Json().GetProperty("code").GetString()));
    }

    private WorkflowFunctions Functions => new(_index, TimeProvider.System);

    private Task<HttpResponseData> ListAsync(string query) =>
        new FakeRequest("GET", "/api/workflows" + query).SendAsync(request => Functions.ListWorkflows(request, default));

    private Task<HttpResponseData> GetAsync(string id) =>
        new FakeRequest("GET", "/api/workflows/" + Uri.EscapeDataString(id)).SendAsync(request =>
        {
            request.CheckRoute("api/workflows/{instanceId}");
            return Functions.GetWorkflow(request, id, default);
        });
}
