using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>Ends a job before its next items; what is under way is finished, the rest is left as it is.</summary>
internal sealed class RequestJobCancel(JobActs acts, HttpEndpoint endpoint)
{
    [Function(nameof(RequestJobCancel))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "jobs/{jobId}/cancel")] HttpRequestData request,
        string jobId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => acts.DemandAsync(request, jobId, JobAct.Cancel, client, cancellationToken), cancellationToken);
}
