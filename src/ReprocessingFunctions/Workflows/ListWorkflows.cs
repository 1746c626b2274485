using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Workflows;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Workflows;

/// <summary>Workflows that a query asks for, in pages; without a query all of them, newest first.</summary>
internal sealed class ListWorkflows(IWorkflowIndex index, HttpEndpoint endpoint, TimeProvider time)
{
    [Function(nameof(ListWorkflows))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "workflows")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                FilterPredicate? filter = null;
                if (request.Query["query"] is { Length: > 0 } text)
                {
                    var now = time.GetUtcNow();
                    var (query, problem) = WorkflowQueries.Read(text, "#/query", now);
                    if (query is null)
                    {
                        return await request.ProblemAsync(problem!, cancellationToken);
                    }

                    filter = query.At(now);
                }

                return await endpoint.RunPagedAsync<WorkflowRecord, WorkflowAnswer>(
                    request,
                    (limit, token, cancelled) => index.QueryAsync(filter, limit, token, cancelled),
                    record => WorkflowAnswer.Of(record, request.LinkTo),
                    cancellationToken);
            },
            cancellationToken);
}
