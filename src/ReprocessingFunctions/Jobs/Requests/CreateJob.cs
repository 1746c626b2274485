using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Plans;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>Applies a plan; or, of a selection, makes a plan and, only when told that it is no dry run, applies that.</summary>
internal sealed class CreateJob(PlanMaker maker, PlanRequests planRequests, JobRequests jobRequests, PlanViews views, HttpEndpoint endpoint)
{
    private const string Scope = "jobs";

    [Function(nameof(CreateJob))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "jobs")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(request, () => CreateAsync(request, client, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> CreateAsync(HttpRequestData request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<CreateJobRequest>(request, cancellationToken);
        if (body.Value is not { } asked)
        {
            return await request.ProblemAsync(body.Problem ?? Problems.NoObject, cancellationToken);
        }

        var (key, keyProblem) = IdempotencyKey.Read(request, Scope, asked);
        var (order, orderProblem) = asked.Read(request, maker);
        if ((keyProblem ?? orderProblem) is { } problem)
        {
            return await request.ProblemAsync(problem, cancellationToken);
        }

        return order is { IsDryRun: true, Selection: { } selection }
            ? await AnswerAsync(request, await planRequests.MakeAsync(key, selection, client, cancellationToken), order, cancellationToken)
            : await AnswerAsync(request, await jobRequests.StartAsync(key, order!, client, cancellationToken), client, cancellationToken);
    }

    private async Task<HttpResponseData> AnswerAsync(
        HttpRequestData request, PlanOutcome outcome, JobOrder order, CancellationToken cancellationToken) => outcome switch
        {
            PlanOutcome.Made made => await request.AnswerAsync(
                HttpStatusCode.Created,
                await views.ShowAsync(made.Plan, cancellationToken, order.Pace.ItemsPerSecond) with
                {
                    Warnings = JobWarnings.Of(made.Plan.Options, order.WaitForOutcome, order.Ramp),
                },
                cancellationToken,
                request.LinkTo(PlanAnswer.Path(made.Plan.PlanId))),
            PlanOutcome.Refused refused => await request.ProblemAsync(refused.Problem, cancellationToken),
            _ => throw new InvalidOperationException("The plan maker gave an unknown answer."),
        };

    private static Task<HttpResponseData> AnswerAsync(
        HttpRequestData request, JobOutcome outcome, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (outcome is JobOutcome.Refused refused)
        {
            return request.ProblemAsync(refused.Problem, cancellationToken);
        }

        var job = ((JobOutcome.Started)outcome).Job;
        var address = request.LinkTo(JobAnswer.Path(job.JobId));
        return request.AnswerAsync(
            HttpStatusCode.Accepted,
            StartedJobAnswer.Of(job, client.CreateHttpManagementPayload(job.JobId, request)),
            [("Location", address), ("Operation-Location", address), ("Retry-After", "1"), (EntityTags.Header, JobAnswer.Tag(job))],
            cancellationToken);
    }
}
