using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>One job or run, with its progress while it is at work.</summary>
internal sealed class GetJob(IJobStore jobs, JobViews views, HttpEndpoint endpoint)
{
    [Function(nameof(GetJob))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "jobs/{jobId}")] HttpRequestData request,
        string jobId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () => JobRoute.IsJob(jobId) && await jobs.GetAsync(jobId, cancellationToken) is { } job
                ? await request.AnswerAsync(
                    HttpStatusCode.OK,
                    await views.ShowAsync(job, client, cancellationToken),
                    [(EntityTags.Header, JobAnswer.Tag(job))],
                    cancellationToken)
                : await request.ProblemAsync(Problems.NotFound("job", jobId), cancellationToken),
            cancellationToken);
}
