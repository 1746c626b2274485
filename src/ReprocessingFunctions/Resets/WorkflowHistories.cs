namespace ReprocessingFunctions.Resets;

internal interface IWorkflowHistories
{
    /// <param name="client">Bound to the invocation that asks.</param>
    Task<WorkflowHistory> ReadAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken);
}

/// <summary>A run since its last continuation.</summary>
/// <param name="Generation">How often the run has continued as new; null when the engine does not say.</param>
/// <param name="Events">External events, in the order in which they were received.</param>
/// <param name="Unavailable">Why nothing could be read; null when it could.</param>
internal sealed record WorkflowHistory(int? Generation, IReadOnlyList<CapturedEvent> Events, string? Unavailable = null)
{
    public static WorkflowHistory None(string reason) => new(null, [], reason);
}

/// <summary>
/// Reads histories from the host's status query. The client's GetOrchestrationHistoryAsync (Microsoft.Azure.Functions.Worker.Extensions.DurableTask
/// 1.21.1) serves the events too, but no generation: the ExecutionStartedEvent of its protocol (Microsoft.DurableTask.Grpc 1.27.0) has none. Only
/// the generation tells whether a workflow has continued as new that the index does not know, or whose first input was too long for it.
/// </summary>
internal sealed class HttpWorkflowHistories(IHttpClientFactory http, IOptions<ResetSettings> options) : IWorkflowHistories
{
    public const string ClientName = "workflow-histories";

    private const string Query = "showHistory=true&showHistoryOutput=false&showInput=true";

    public async Task<WorkflowHistory> ReadAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            if (client.CreateHttpManagementPayload(instanceId).StatusQueryGetUri is not { } address)
            {
                return WorkflowHistory.None("The host does not say where its status query is.");
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(options.Value.HistoryTimeout);
            using var caller = http.CreateClient(ClientName);
            using var answer = await caller.GetAsync($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Query}", limit.Token);
            return answer.IsSuccessStatusCode
                ? Read(instanceId, await answer.Content.ReadAsStringAsync(limit.Token))
                : WorkflowHistory.None($"The status query of {instanceId} answers {(int)answer.StatusCode}.");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The host's address is not known here, or it refuses, is slow, or does not answer JSON.
            return WorkflowHistory.None($"The status query of {instanceId} cannot be read: {e.Message}");
        }
    }

    /// <exception cref="JsonException">The answer is no JSON, or none of a status query.</exception>
    internal static WorkflowHistory Read(string instanceId, string answer)
    {
        return JsonSerializer.Deserialize<InstanceStatus>(answer, AppJson.Worker)?.HistoryEvents is { } events
            ? new(
                events.LastOrDefault(one => one.EventType == "ExecutionStarted")?.Generation,
                [.. events.Where(one => one.EventType == "EventRaised").Select(one => new CapturedEvent(one.Name ?? string.Empty, Rewrite(one.Input)))])
            : WorkflowHistory.None($"The status query of {instanceId} shows no history.");
    }

    /// <summary>An input is shown as a text that is JSON. It is written anew, so that equal inputs are equal texts.</summary>
    private static string? Rewrite(JsonElement? shown)
    {
        if (shown is not { } input)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Serialize(input.ValueKind == JsonValueKind.String ? JsonElement.Parse(input.GetString()!) : input);
        }
        catch (JsonException)
        {
            return JsonSerializer.Serialize(input);
        }
    }

    /// <summary>What is read of the host's answer.</summary>
    private sealed record InstanceStatus(IReadOnlyList<HistoryEvent>? HistoryEvents = null);

    private sealed record HistoryEvent(string? EventType = null, string? Name = null, int? Generation = null, JsonElement? Input = null);
}
