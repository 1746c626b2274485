using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>The jobs, runs among them, newest first.</summary>
internal sealed class ListJobs(IJobStore jobs, HttpEndpoint endpoint)
{
    [Function(nameof(ListJobs))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunPagedAsync<JobRecord, JobAnswer>(
            request, jobs.ListAsync, JobAnswer.Of, cancellationToken);
}
