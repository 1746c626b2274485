using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Workflows;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Workflows;

/// <summary>One workflow, with what came before it and after it.</summary>
internal sealed class GetWorkflow(IWorkflowIndex index, HttpEndpoint endpoint)
{
    [Function(nameof(GetWorkflow))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "workflows/{instanceId}")] HttpRequestData request,
        string instanceId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                if (Identifiers.Problem(instanceId) is { } fault)
                {
                    return await request.ProblemAsync(Problems.InvalidParameter("instanceId", $"'instanceId' {fault}."), cancellationToken);
                }

                await index.FoldAsync(cancellationToken);
                return await index.GetAsync(instanceId, cancellationToken) is { } record
                    ? await request.OkAsync(WorkflowAnswer.Of(record, request.LinkTo), cancellationToken)
                    : await request.ProblemAsync(Problems.NotFound("workflow", instanceId), cancellationToken);
            },
            cancellationToken);
}
