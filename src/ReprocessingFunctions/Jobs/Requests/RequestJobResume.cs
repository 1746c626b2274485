using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>Lets a paused job go on, whoever or whatever paused it.</summary>
internal sealed class RequestJobResume(JobActs acts, HttpEndpoint endpoint)
{
    [Function(nameof(RequestJobResume))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "jobs/{jobId}/resume")] HttpRequestData request,
        string jobId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => acts.DemandAsync(request, jobId, JobAct.Resume, client, cancellationToken), cancellationToken);
}
