using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Plans;

/// <summary>The plans, newest first.</summary>
internal sealed class ListPlans(IPlanStore plans, TimeProvider time, HttpEndpoint endpoint)
{
    [Function(nameof(ListPlans))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "plans")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunPagedAsync<PlanRecord, PlanAnswer>(
            request, plans.ListAsync, plan => PlanAnswer.Of(plan, time.GetUtcNow()), cancellationToken);
}
