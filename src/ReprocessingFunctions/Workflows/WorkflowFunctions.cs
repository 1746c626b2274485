namespace ReprocessingFunctions.Workflows;

/// <summary>Shows workflows from their index.</summary>
internal sealed class WorkflowFunctions(IWorkflowIndex index, TimeProvider time)
{
    [Function(nameof(ListWorkflows))]
    [Endpoint("workflows", "Workflows that a query asks for; without one all of them, newest first.", PageOf = typeof(WorkflowResponse))]
    [Parameter("query", "As: WorkflowType = 'OrderFulfillment' AND ExecutionStatus = Failed AND StartTime > '2026-01-01'.")]
    [Refuses("invalid_filter")]
    public Task<HttpResponseData> ListWorkflows(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "workflows")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (query, problem) = request.QueryText("query") is { } text ? WorkflowQueries.Read(text, "#/query", now) : (null, null);
        ProblemException.ThrowIf(problem);
        var filter = query?.At(now);
        return request.PageAsync(
            (limit, token, cancelled) => index.QueryAsync(filter, limit, token, cancelled),
            record => WorkflowResponse.Of(record, request.LinkTo),
            cancellationToken);
    }

    [Function(nameof(GetWorkflow))]
    [Endpoint("workflows", "One workflow, with what came before it and after it.")]
    [Response(200, "Done.", typeof(WorkflowResponse))]
    [Refuses("invalid_parameter", "not_found")]
    public async Task<HttpResponseData> GetWorkflow(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "workflows/{instanceId}")] HttpRequestData request,
        string instanceId,
        CancellationToken cancellationToken)
    {
        if (Identifiers.Problem(instanceId) is { } fault)
        {
            throw new ProblemException(Problems.InvalidParameter("instanceId", $"'instanceId' {fault}."));
        }

        await index.ProjectAsync(cancellationToken);
        var record = await index.GetAsync(instanceId, cancellationToken) ?? throw new ProblemException(Problems.NotFound("workflow", instanceId));
        return await request.OkAsync(WorkflowResponse.Of(record, request.LinkTo), cancellationToken);
    }
}

/// <summary>Reads a query over workflows as a caller wrote it.</summary>
internal static class WorkflowQueries
{
    /// <param name="pointer">Of the member or parameter that holds the query.</param>
    public static (FilterExpression? Query, Problem? Problem) Read(string text, string pointer, DateTimeOffset now)
    {
        var (query, error) = FilterExpression.Parse(text, WorkflowFields.Catalog);
        return query is null ? (null, Problems.InvalidFilter(error!.Message, error.Column, pointer))
            : query.At(now).NeedsPayload ? (null, Problems.InvalidFilter("A workflow has no payload that a path could look into.", ColumnOfPath(text), pointer))
            : (query, null);
    }

    /// <summary>Of the first path: a dollar sign outside quotes begins one.</summary>
    private static int? ColumnOfPath(string text)
    {
        char? quote = null;
        for (var index = 0; index < text.Length; index++)
        {
            if (quote is null && text[index] == '$')
            {
                return index + 1;
            }

            quote = quote is null && text[index] is '\'' or '"' ? text[index] : quote == text[index] ? null : quote;
        }

        return null;
    }
}

/// <summary>A workflow as this API shows it.</summary>
/// <param name="Status">What the engine says, as far as is known.</param>
/// <param name="OrderStatus">The order's, while this is its latest workflow; later the one in which it left the order.</param>
/// <param name="Continuations">How often the run has continued as new.</param>
/// <param name="PreviousInstance">The instance whose work this one goes on with; its own id when the same instance was run again.</param>
/// <param name="ResetReason">Why it was run again.</param>
/// <param name="Links">By relation: self, previous and next; of an order's workflow also order and timeline.</param>
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

    /// <param name="linkTo">From a path to an address.</param>
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
        LinksOf(record).ToDictionary(link => link.Relation, link => linkTo(link.Path)));

    private static IEnumerable<(string Relation, string Path)> LinksOf(WorkflowRecord record)
    {
        yield return ("self", Path(record.InstanceId));
        if (record.OrderId is { } orderId)
        {
            yield return ("order", OrderResponse.Path(orderId));
            yield return ("timeline", $"{OrderResponse.Path(orderId)}/timeline");
        }

        if (record.PreviousInstance is { } previous)
        {
            yield return ("previous", Path(previous));
        }

        if (record.NextInstance is { } next)
        {
            yield return ("next", Path(next));
        }
    }
}
