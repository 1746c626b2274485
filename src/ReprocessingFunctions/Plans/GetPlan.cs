using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Jobs.Requests;

namespace ReprocessingFunctions.Plans;

/// <summary>One plan, with a sample of its items.</summary>
internal sealed class GetPlan(IPlanStore plans, PlanViews views, HttpEndpoint endpoint)
{
    [Function(nameof(GetPlan))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "plans/{planId}")] HttpRequestData request,
        string planId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () => JobRoute.IsPlan(planId) && await plans.GetAsync(planId, cancellationToken) is { } plan
                ? await request.OkAsync(await views.ShowAsync(plan, cancellationToken), cancellationToken)
                : await request.ProblemAsync(Problems.NotFound("plan", planId), cancellationToken),
            cancellationToken);
}
