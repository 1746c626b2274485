using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Jobs.Requests;

namespace ReprocessingFunctions.Plans;

/// <summary>Every item that the selection matched, by id; those that will not be worked on are skipped ones with their reason.</summary>
internal sealed class ListPlanItems(IPlanStore plans, IJobStore jobs, HttpEndpoint endpoint)
{
    [Function(nameof(ListPlanItems))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "plans/{planId}/items")] HttpRequestData request,
        string planId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var (state, problem) = JobRoute.ReadItemState(request);
                return problem is not null ? await request.ProblemAsync(problem, cancellationToken)
                    : !JobRoute.IsPlan(planId) || await plans.GetAsync(planId, cancellationToken) is null
                        ? await request.ProblemAsync(Problems.NotFound("plan", planId), cancellationToken)
                        : await endpoint.RunPagedAsync(
                            request,
                            (limit, token, cancelled) => jobs.ListItemsAsync(planId, state, limit, token, cancelled),
                            PlanItemAnswer.Of,
                            cancellationToken);
            },
            cancellationToken);
}
