namespace ReprocessingFunctions.Resets;

internal interface IWorkflowHistories
{
    /// <param name="client">Bound to the invocation that asks.</param>
    /// <exception cref="HistoryUnavailableException">There is none to be read.</exception>
    Task<WorkflowHistory> ReadAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken);
}

/// <summary>What a workflow's history tells of its run since the last continuation.</summary>
/// <param name="Generation">How often the run has continued as new; null when the engine does not say.</param>
/// <param name="Events">External events, in the order in which they were received.</param>
internal sealed record WorkflowHistory(int? Generation, IReadOnlyList<CapturedEvent> Events);

/// <summary>The engine shows no history of the workflow, or none that can be read.</summary>
internal sealed class HistoryUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Reads histories by the host's own status query, the one documented way that shows received events. The engine's client has none
/// that every backend knows.
/// </summary>
internal sealed class HttpWorkflowHistories(IHttpClientFactory http, IOptions<ResetSettings> options) : IWorkflowHistories
{
    public const string ClientName = "workflow-histories";

    private const string Query = "showHistory=true&showHistoryOutput=false&showInput=true";

    public async Task<WorkflowHistory> ReadAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(options.Value.HistoryTimeout);
            using var caller = http.CreateClient(ClientName);
            using var answer = await caller.GetAsync(AddressOf(client, instanceId), limit.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw new HistoryUnavailableException($"The status query of {instanceId} answers {(int)answer.StatusCode}.");
            }

            return Read(instanceId, await answer.Content.ReadAsStringAsync(limit.Token));
        }
        catch (Exception e) when (e is not HistoryUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            // Whatever keeps the host from answering: its address is not known here, it refuses, it is slow, it answers something else.
            throw new HistoryUnavailableException($"The status query of {instanceId} cannot be read: {e.Message}", e);
        }
    }

    private static Uri AddressOf(DurableTaskClient client, string instanceId)
    {
        var address = client.CreateHttpManagementPayload(instanceId).StatusQueryGetUri
            ?? throw new HistoryUnavailableException("The host does not say where its status query is.");
        return new($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Query}");
    }

    internal static WorkflowHistory Read(string instanceId, string answer)
    {
        using var status = Parse(instanceId, answer);
        if (!status.RootElement.TryGetProperty("historyEvents", out var events) || events.ValueKind != JsonValueKind.Array)
        {
            throw new HistoryUnavailableException($"The status query of {instanceId} shows no history.");
        }

        int? generation = null;
        List<CapturedEvent> raised = [];
        foreach (var one in events.EnumerateArray())
        {
            switch (TextOf(one, "EventType"))
            {
                case "ExecutionStarted":
                    generation = one.TryGetProperty("Generation", out var said) && said.ValueKind == JsonValueKind.Number ? said.GetInt32() : null;
                    break;
                case "EventRaised":
                    raised.Add(new(TextOf(one, "Name") ?? string.Empty, InputOf(one)));
                    break;
            }
        }

        return new(generation, raised);
    }

    private static JsonDocument Parse(string instanceId, string answer)
    {
        try
        {
            return JsonDocument.Parse(answer);
        }
        catch (JsonException e)
        {
            throw new HistoryUnavailableException($"The status query of {instanceId} does not answer JSON.", e);
        }
    }

    private static string? TextOf(JsonElement one, string member) =>
        one.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>An input is shown as a text that is JSON. Written anew, so that equal ones are equal texts.</summary>
    private static string? InputOf(JsonElement one)
    {
        if (!one.TryGetProperty("Input", out var input) || input.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (input.ValueKind != JsonValueKind.String)
        {
            return JsonSerializer.Serialize(input);
        }

        try
        {
            using var payload = JsonDocument.Parse(input.GetString()!);
            return JsonSerializer.Serialize(payload.RootElement);
        }
        catch (JsonException)
        {
            return JsonSerializer.Serialize(input);
        }
    }
}
