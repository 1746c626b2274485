using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>Stops a job before its next items; what is under way is finished. Effective within two seconds or a hundred items.</summary>
internal sealed class RequestJobPause(JobActs acts, HttpEndpoint endpoint)
{
    [Function(nameof(RequestJobPause))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "jobs/{jobId}/pause")] HttpRequestData request,
        string jobId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => acts.DemandAsync(request, jobId, JobAct.Pause, client, cancellationToken), cancellationToken);
}
