using System.Net;
using Azure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;
using Reprocessing.Storage.Results;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Tables;

namespace ReprocessingFunctions.Health;

internal sealed record HealthAnswer(string Status, string Storage, LastRun? LastRun);

internal sealed record LastRun(string RunId, RunState State, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt);

/// <summary>
/// Whether the app can work: 200 when its storage answers, 503 when not. Open to probes without a key, and so without counts.
/// </summary>
internal sealed class GetHealth(IResultStore results, ILogger<GetHealth> logger)
{
    [Function(nameof(GetHealth))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequestData request, CancellationToken cancellationToken)
    {
        try
        {
            var newest = await results.ListAsync(1, token: null, cancellationToken);
            var last = newest.Items.Select(run => new LastRun(run.RunId, run.State, run.StartedAt, run.Result.CompletedAt)).FirstOrDefault();
            return await request.OkAsync(new HealthAnswer("healthy", "reachable", last), cancellationToken);
        }
        catch (Exception e) when (StorageFault.IsUnavailable(e) || e is RequestFailedException)
        {
            logger.HealthFailed(e);
            return await request.AnswerAsync(
                HttpStatusCode.ServiceUnavailable, new HealthAnswer("unhealthy", "unreachable", LastRun: null), cancellationToken);
        }
    }
}
