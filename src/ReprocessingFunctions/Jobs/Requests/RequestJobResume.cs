using System.Net;
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
            request,
            async () =>
            {
                var (act, problem) = await JobActs.ReadDemandAsync(request, JobAct.Resume, cancellationToken);
                return act is null
                    ? await request.ProblemAsync(problem ?? Problems.NoObject, cancellationToken)
                    : await acts.AnswerAsync(request, new(jobId, act, HttpStatusCode.Accepted), client, cancellationToken);
            },
            cancellationToken);
}
