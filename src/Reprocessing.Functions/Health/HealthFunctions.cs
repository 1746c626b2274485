using Azure;

namespace Reprocessing.Functions.Health;

internal sealed record HealthResponse(
    string Status, string Storage, LastRun? LastRun, IReadOnlyDictionary<string, string>? Webhooks = null);

internal sealed record LastRun(string RunId, RunState State, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt);

/// <summary>A closed webhook receiver makes the app degraded and no more: another start would not help. Probes call without a key, and so it answers no counts.</summary>
internal sealed class HealthFunctions(IResultStore results, WebhookTargets webhooks, TimeProvider time, ILogger<HealthFunctions> logger)
{
    /// <summary>Probes give up after five seconds.</summary>
    private static readonly TimeSpan StorageLimit = TimeSpan.FromSeconds(3);

    private static readonly HealthResponse Healthy = new("healthy", "reachable", LastRun: null);
    private static readonly HealthResponse Unhealthy = new("unhealthy", "unreachable", LastRun: null);

    [Function(nameof(GetHealth))]
    [Endpoint("health", "Whether the app can work: 200 when its storage answers within three seconds, 503 when not.")]
    [Response(200, "It can.", typeof(HealthResponse), Example = nameof(Healthy))]
    [Response(503, "Its storage does not answer.", typeof(HealthResponse), Example = nameof(Unhealthy))]
    public async Task<HttpResponseData> GetHealth(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health")] HttpRequestData request, CancellationToken cancellationToken)
    {
        try
        {
            var newest = await TimeLimit.RunAsync(StorageLimit, time, limited => results.ListAsync(1, token: null, limited), cancellationToken);
            var last = newest.Items.Select(run => new LastRun(run.JobId, RunResponse.StateOf(run), run.CreatedAt, run.EndedAt)).FirstOrDefault();
            var receivers = webhooks.All.ToDictionary(target => target.Name, target => target.IsClosed ? "closed" : "open", StringComparer.Ordinal);
            var status = receivers.ContainsValue("closed") ? "degraded" : "healthy";
            return await request.OkAsync(
                new HealthResponse(status, "reachable", last, receivers.Count == 0 ? null : receivers), cancellationToken);
        }
        catch (Exception e) when (StorageFault.IsUnavailable(e) || e is RequestFailedException)
        {
            logger.HealthFailed(e);
            return await request.RespondAsync(HttpStatusCode.ServiceUnavailable, Unhealthy, cancellationToken);
        }
    }
}
