namespace Reprocessing.Functions.Workflows;

internal sealed class WorkflowFunctions(IWorkflowIndex index, TimeProvider time)
{
    private static readonly WorkflowQueryRequest Failed = new() { Query = "WorkflowType = 'OrderFulfillment' AND ExecutionStatus = Failed" };

    [Function(nameof(ListWorkflows))]
    [Endpoint("workflows", "Workflows that a query asks for; without one all of them, newest first.", PageOf = typeof(WorkflowResponse))]
    [Parameter("query", "As: WorkflowType = 'OrderFulfillment' AND ExecutionStatus = Failed AND StartTime > '2026-01-01'.")]
    [Refuses("invalid_filter")]
    public Task<HttpResponseData> ListWorkflows(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/workflows")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        PageAsync(request, request.QueryText("query"), cancellationToken);

    [Function(nameof(QueryWorkflows))]
    [Endpoint("workflows", "Workflows by a query that is too long for an address.", Role = Role.Viewer, PageOf = typeof(WorkflowResponse))]
    [Body(typeof(WorkflowQueryRequest), Example = nameof(Failed))]
    [Refuses("invalid_filter")]
    public async Task<HttpResponseData> QueryWorkflows(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/workflows/query")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        await PageAsync(request, (await request.ReadBodyAsync<WorkflowQueryRequest>(cancellationToken)).Query, cancellationToken);

    [Function(nameof(GetWorkflow))]
    [Endpoint("workflows", "One workflow, with what came before it and after it.")]
    [Response(200, "Done.", typeof(WorkflowResponse))]
    [Refuses("invalid_parameter", "not_found")]
    public async Task<HttpResponseData> GetWorkflow(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/workflows/{instanceId}")] HttpRequestData request,
        string instanceId,
        CancellationToken cancellationToken)
    {
        RouteIds.Check(instanceId, "instanceId");
        await index.ProjectAsync(cancellationToken);
        var record = await index.GetAsync(instanceId, cancellationToken) ?? throw new ProblemException(Problems.NotFound("workflow", instanceId));
        return await request.OkAsync(WorkflowResponse.Of(record, request.LinkTo), cancellationToken);
    }

    private Task<HttpResponseData> PageAsync(HttpRequestData request, string? text, CancellationToken cancellationToken)
    {
        var query = text is null ? null : FilterExpression.Parse(text, WorkflowFields.Catalog);
        ProblemException.ThrowIf(query?.Error?.ToProblem("#/query"));
        var filter = query?.Expression?.At(time.GetUtcNow());
        return request.PageAsync(
            (limit, token, cancelled) => index.QueryAsync(filter, limit, token, cancelled),
            record => WorkflowResponse.Of(record, request.LinkTo),
            cancellationToken);
    }
}

/// <summary>What the query of an address says, as a body: an address is shorter than a filter may be.</summary>
internal sealed record WorkflowQueryRequest
{
    [Required]
    [Text(FilterLimits.Length)]
    public string? Query { get; init; }
}

/// <summary>A workflow's order status is the order's while this is its latest workflow; later the one in which it left the order.</summary>
internal sealed record WorkflowResponse(
    string InstanceId,
    string Type,
    WorkflowStatus Status,
    DateTimeOffset StartTime,
    DateTimeOffset? CloseTime,
    string? OrderId,
    string? OrderStatus,
    string? CustomerId,
    int RetryCount,
    int Generation,
    int Continuations,
    string? PreviousInstance,
    string? NextInstance,
    string? ResetReason,
    string? ResetJobId,
    IReadOnlyDictionary<string, string> Links)
{
    public static string Path(string instanceId) => $"/api/workflows/{Uri.EscapeDataString(instanceId)}";

    public static WorkflowResponse Of(WorkflowRecord record, Func<string, string> linkTo) => new(
        record.InstanceId,
        record.Type,
        record.Status,
        record.StartTime,
        record.CloseTime,
        record.OrderId,
        record.OrderStatus,
        record.CustomerId,
        record.RetryCount,
        record.Generation,
        record.Continuations,
        record.PreviousInstance,
        record.NextInstance,
        record.ResetReason,
        record.ResetJobId,
        LinksOf(record).Where(link => link.Path is not null).ToDictionary(link => link.Relation, link => linkTo(link.Path!)));

    private static IEnumerable<(string Relation, string? Path)> LinksOf(WorkflowRecord record) =>
    [
        ("self", Path(record.InstanceId)),
        ("order", record.OrderId is { } order ? OrderResponse.Path(order) : null),
        ("timeline", record.OrderId is { } its ? $"{OrderResponse.Path(its)}/timeline" : null),
        ("previous", record.PreviousInstance is { } previous ? Path(previous) : null),
        ("next", record.NextInstance is { } next ? Path(next) : null),
    ];
}
