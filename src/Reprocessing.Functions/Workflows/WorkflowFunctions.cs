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
        await index.ProjectAsync(cancellationToken);
        var record = await index.GetAsync(instanceId, cancellationToken) ?? throw new ProblemException(Problems.NotFound("workflow", instanceId));
        return await request.OkAsync(new WorkflowResponse(record, request.LinkTo), cancellationToken);
    }

    private Task<HttpResponseData> PageAsync(HttpRequestData request, string? text, CancellationToken cancellationToken)
    {
        var query = text is null ? null : FilterExpression.Parse(text, WorkflowFields.Catalog);
        ProblemException.ThrowIf(query?.Error?.ToProblem("#/query"));
        var filter = query?.Expression?.At(time.GetUtcNow());
        return request.PageAsync(
            (limit, token, cancelled) => index.QueryAsync(filter, limit, token, cancelled),
            record => new WorkflowResponse(record, request.LinkTo),
            cancellationToken);
    }
}

internal sealed record WorkflowQueryRequest
{
    [Required]
    [Text(FilterLimits.Length)]
    public string? Query { get; init; }
}

/// <summary>A workflow's order status is the order's while this is its latest workflow; later the one in which it left the order.</summary>
internal sealed class WorkflowResponse(WorkflowRecord record, Func<string, string> linkTo)
{
    public string InstanceId => record.InstanceId;
    public string Type => record.Type;
    public WorkflowStatus Status => record.Status;
    public DateTimeOffset StartTime => record.StartTime;
    public DateTimeOffset? CloseTime => record.CloseTime;
    public string? OrderId => record.OrderId;
    public string? OrderStatus => record.OrderStatus;
    public string? CustomerId => record.CustomerId;
    public int RetryCount => record.RetryCount;
    public int Generation => record.Generation;
    public int Continuations => record.Continuations;
    public string? PreviousInstance => record.PreviousInstance;
    public string? NextInstance => record.NextInstance;
    public string? ResetReason => record.ResetReason;
    public string? ResetJobId => record.ResetJobId;

    public IReadOnlyDictionary<string, string> Links =>
        PathsByRelation().Where(link => link.Path is not null).ToDictionary(link => link.Relation, link => linkTo(link.Path!));

    private static string PathOf(string instanceId) => $"/api/workflows/{Uri.EscapeDataString(instanceId)}";

    private IEnumerable<(string Relation, string? Path)> PathsByRelation() =>
    [
        ("self", PathOf(record.InstanceId)),
        ("order", record.OrderId is { } order ? OrderResponse.Path(order) : null),
        ("timeline", record.OrderId is { } its ? $"{OrderResponse.Path(its)}/timeline" : null),
        ("previous", record.PreviousInstance is { } previous ? PathOf(previous) : null),
        ("next", record.NextInstance is { } next ? PathOf(next) : null),
    ];
}
