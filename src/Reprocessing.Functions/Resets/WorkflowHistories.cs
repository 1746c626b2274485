namespace Reprocessing.Functions.Resets;

internal interface IWorkflowHistories
{
    Task<WorkflowHistory> ReadAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken);
}

/// <summary>A run since its last continuation. The <paramref name="Generation"/> counts its continuations; null when the engine does not say.</summary>
internal sealed record WorkflowHistory(int? Generation, IReadOnlyList<CapturedEvent> Events, string? Unavailable = null)
{
    public static WorkflowHistory None(string reason) => new(null, [], reason);
}

// The client's GetOrchestrationHistoryAsync (Microsoft.Azure.Functions.Worker.Extensions.DurableTask 1.21.1) serves the events too, but no generation, as its
// protocol (Microsoft.DurableTask.Grpc 1.27.0) has none. Only that tells of a continuation which the index does not know, or of a first input too long for it.
internal sealed class HttpWorkflowHistories(OutgoingHttp http, IOptions<ResetSettings> options) : IWorkflowHistories
{
    private const int MaxBytes = 64 * 1024 * 1024;

    private const string Query = "showHistory=true&showHistoryOutput=false&showInput=true";

    public async Task<WorkflowHistory> ReadAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            if (client.CreateHttpManagementPayload(instanceId).StatusQueryGetUri is not { } address)
            {
                return WorkflowHistory.None("The host does not say where its status query is.");
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Query}");
            var reply = await http.SendAsync($"The status query of {instanceId}", request, options.Value.HistoryTimeout, MaxBytes, cancellationToken);
            return reply.IsSuccess ? Read(instanceId, Encoding.UTF8.GetString(reply.Body.Span)) : WorkflowHistory.None(reply.Reason);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The host's address is not known here, or it does not answer JSON.
            return WorkflowHistory.None($"The status query of {instanceId} cannot be read: {e.Message}");
        }
    }

    internal static WorkflowHistory Read(string instanceId, string answer) =>
        JsonSerializer.Deserialize<InstanceStatus>(answer, AppJson.Worker)?.HistoryEvents is { } events
            ? new(
                events.LastOrDefault(one => one.EventType == "ExecutionStarted")?.Generation,
                [.. events.Where(one => one.EventType == "EventRaised").Select(one => new CapturedEvent(one.Name ?? string.Empty, Rewrite(one.Input)))])
            : WorkflowHistory.None($"The status query of {instanceId} shows no history.");

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

    private sealed record InstanceStatus(IReadOnlyList<HistoryEvent>? HistoryEvents = null);

    private sealed record HistoryEvent(string? EventType = null, string? Name = null, int? Generation = null, JsonElement? Input = null);
}
