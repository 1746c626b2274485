using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Plans;

/// <summary>Freezes a selection and shows what a job would do with it. Changes no order.</summary>
internal sealed class CreatePlan(PlanMaker maker, PlanRequests requests, PlanViews views, HttpEndpoint endpoint)
{
    [Function(nameof(CreatePlan))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "plans")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(request, () => CreateAsync(request, client, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> CreateAsync(HttpRequestData request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<CreatePlanRequest>(request, cancellationToken);
        if (body.Value is not { } asked)
        {
            return await request.ProblemAsync(body.Problem ?? Problems.NoObject, cancellationToken);
        }

        var (key, keyProblem) = IdempotencyKey.Read(request, "plans", asked);
        var (order, orderProblem) = asked.Read(request, maker);
        if ((keyProblem ?? orderProblem) is { } problem)
        {
            return await request.ProblemAsync(problem, cancellationToken);
        }

        return await requests.MakeAsync(key, order!, client, cancellationToken) switch
        {
            PlanOutcome.Made made => await request.AnswerAsync(
                HttpStatusCode.Created,
                await views.ShowAsync(made.Plan, cancellationToken),
                cancellationToken,
                request.LinkTo(PlanAnswer.Path(made.Plan.PlanId))),
            PlanOutcome.Refused refused => await request.ProblemAsync(refused.Problem, cancellationToken),
            _ => throw new InvalidOperationException("The plan maker gave an unknown answer."),
        };
    }
}
