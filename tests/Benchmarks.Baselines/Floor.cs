using System.Globalization;
using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Benchmarks.Baselines;

/// <summary>What the engine alone costs: workflows of five activities that do nothing, started as fast as they can be.</summary>
internal static class Floor
{
    private const int StartsAtOnce = 50;

    [Function("Health")]
    public static HttpResponseData Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);

    [Function("StartFloor")]
    public static async Task<HttpResponseData> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/floor")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, int.Parse(request.Query["count"]!, CultureInfo.InvariantCulture)),
            new ParallelOptions { MaxDegreeOfParallelism = StartsAtOnce, CancellationToken = cancellationToken },
            async (_, cancellation) => await client.ScheduleNewOrchestrationInstanceAsync("FloorWorkflow", cancellation));
        return request.CreateResponse(HttpStatusCode.Accepted);
    }

    [Function("FloorWorkflow")]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        for (var stage = 0; stage < 5; stage++)
        {
            await context.CallActivityAsync<int>("FloorActivity", stage);
        }
    }

    [Function("FloorActivity")]
    public static int DoNothing([ActivityTrigger] int stage) => stage;
}
