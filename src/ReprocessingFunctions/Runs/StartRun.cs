namespace ReprocessingFunctions.Runs;

internal sealed record StartRunRequest
{
    public int? MaxOrders { get; init; }
}

/// <summary>Starts a run by hand; while one is active the answer is 409 and says where to find it.</summary>
internal sealed class StartRun(RunStarter starter, IOptions<ReprocessingOptions> options, HttpEndpoint endpoint)
{
    [Function(nameof(StartRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "reprocessing/runs")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(request, () => StartAsync(request, client, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> StartAsync(HttpRequestData request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadOptionalAsync<StartRunRequest>(request, new(), cancellationToken);
        if ((body.Problem ?? Check(body.Value)) is { } problem)
        {
            return await request.ProblemAsync(problem, cancellationToken);
        }

        var input = new ReprocessingBatchInput(body.Value?.MaxOrders, RunTrigger.Http, Guid.NewGuid().ToString("N"));
        return await starter.StartAsync(client, input, cancellationToken) is { } active
            ? await request.ProblemAsync(InTheWay(request, client, active), cancellationToken)
            : await AcceptAsync(request, client, cancellationToken);
    }

    /// <summary>The platform's own answer. Whether it says when to ask again differs between its workers.</summary>
    private static async Task<HttpResponseData> AcceptAsync(HttpRequestData request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var answer = await client.CreateCheckStatusResponseAsync(request, RunStarter.InstanceId, cancellationToken);
        if (!answer.Headers.Contains("Retry-After"))
        {
            answer.Headers.Add("Retry-After", "10");
        }

        return answer;
    }

    private Problem? Check(StartRunRequest? body) => body?.MaxOrders is { } asked && (asked < 0 || asked > options.Value.MaxOrders)
        ? Problems.InvalidBody($"'maxOrders' must be 0 (the default) to {options.Value.MaxOrders}.", "#/maxOrders")
        : null;

    private static Problem InTheWay(HttpRequestData request, DurableTaskClient client, OrchestrationMetadata active)
    {
        var links = new Dictionary<string, string>();
        if (client.CreateHttpManagementPayload(active.InstanceId, request).StatusQueryGetUri is { } status)
        {
            links.Add("status", status);
        }

        if (active.ReadRunStatus() is { } run)
        {
            links.Add("run", request.LinkTo(RunAnswer.Path(run.RunId)));
        }

        return Problems.Conflict(
            "run_active",
            "A run is active.",
            $"The instance '{active.InstanceId}' is {active.RuntimeStatus}; there is one run at a time.") with { Links = links };
    }
}
