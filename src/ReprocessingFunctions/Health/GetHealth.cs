using System.Net;
using Azure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;
using Reprocessing.Storage.Results;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Tables;
using ReprocessingFunctions.Webhooks;

namespace ReprocessingFunctions.Health;

/// <param name="Webhooks">Each receiver that the settings name: <c>open</c>, or <c>closed</c> after it had answered 410.</param>
internal sealed record HealthAnswer(
    string Status, string Storage, LastRun? LastRun, IReadOnlyDictionary<string, string>? Webhooks = null);

internal sealed record LastRun(string RunId, RunState State, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt);

/// <summary>
/// Whether the app can work: 200 when its storage answers, 503 when not. A receiver that wants nothing any more makes it degraded
/// and no more: another start of the same app would not help. Open to probes without a key, and so without counts.
/// </summary>
internal sealed class GetHealth(IResultStore results, WebhookTargets webhooks, ILogger<GetHealth> logger)
{
    [Function(nameof(GetHealth))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequestData request, CancellationToken cancellationToken)
    {
        try
        {
            var newest = await results.ListAsync(1, token: null, cancellationToken);
            var last = newest.Items.Select(run => new LastRun(run.RunId, run.State, run.StartedAt, run.Result.CompletedAt)).FirstOrDefault();
            var receivers = webhooks.All.ToDictionary(target => target.Name, target => target.IsClosed ? "closed" : "open", StringComparer.Ordinal);
            var status = receivers.ContainsValue("closed") ? "degraded" : "healthy";
            return await request.OkAsync(
                new HealthAnswer(status, "reachable", last, receivers.Count == 0 ? null : receivers), cancellationToken);
        }
        catch (Exception e) when (StorageFault.IsUnavailable(e) || e is RequestFailedException)
        {
            logger.HealthFailed(e);
            return await request.AnswerAsync(
                HttpStatusCode.ServiceUnavailable, new HealthAnswer("unhealthy", "unreachable", LastRun: null), cancellationToken);
        }
    }
}
