using static ReprocessingFunctions.OpenApi.ApiOperation;

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

/// <summary>The runs, newest first.</summary>
internal sealed class ListRuns(IResultStore results, HttpEndpoint endpoint)
{
    [Function(nameof(ListRuns))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reprocessing/runs")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunPagedAsync(
            request, results.ListAsync, RunAnswer.Of, cancellationToken);
}

/// <summary>One run, with its progress while it is running.</summary>
internal sealed class GetRun(IResultStore results, HttpEndpoint endpoint)
{
    [Function(nameof(GetRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reprocessing/runs/{runId}")] HttpRequestData request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () => await FindAsync(runId, client, cancellationToken) is { } run
                ? await request.OkAsync(run, cancellationToken)
                : await request.ProblemAsync(Problems.NotFound("run", runId), cancellationToken),
            cancellationToken);

    private async Task<RunAnswer?> FindAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (!RunIds.TryGetStart(runId, out var startedAt)
            || await results.GetAsync(runId, startedAt, cancellationToken) is not { } record)
        {
            return null;
        }

        return RunAnswer.Of(record, record.State == RunState.Running ? await ReadLiveAsync(client, runId, cancellationToken) : null);
    }

    /// <summary>The batch says which child is at work, and the child how far it is.</summary>
    private static async Task<JobStatus?> ReadLiveAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        var batch = await client.GetInstanceAsync(RunStarter.InstanceId, getInputsAndOutputs: true, cancellationToken);
        if (batch.ReadRunStatus() is not { ChildInstanceId: { } childId, RunId: var running } || running != runId)
        {
            return null;
        }

        var child = await client.GetInstanceAsync(childId, getInputsAndOutputs: true, cancellationToken);
        return child.ReadJobStatus();
    }
}

internal sealed record SummaryAnswer(IReadOnlyList<DaySummary> Days);

/// <summary>What runs did, a UTC day an entry, newest first: the query behind the dashboard's chart.</summary>
internal sealed class GetSummary(IResultStore results, TimeProvider time, HttpEndpoint endpoint)
{
    private const int DefaultDays = 7;

    private const int MaxDays = 366;

    [Function(nameof(GetSummary))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reprocessing/summary")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var (days, problem) = Paging.QueryNumber(request, "days", DefaultDays, MaxDays);
                return problem is not null
                    ? await request.ProblemAsync(problem, cancellationToken)
                    : await request.OkAsync(
                        new SummaryAnswer(await results.SummariseAsync(time.GetUtcNow(), days, cancellationToken)), cancellationToken);
            },
            cancellationToken);
}

/// <summary>A run as this API shows it. Its counts are partial while it is running, or when it failed.</summary>
/// <param name="MaxOrders">Orders that it may find.</param>
/// <param name="Progress">Only of the run that is running, and only when asked for alone.</param>
internal sealed record RunAnswer(
    string RunId,
    RunState State,
    string Trigger,
    int MaxOrders,
    DateTimeOffset ProcessedAt,
    DateTimeOffset? CompletedAt,
    int FoundCount,
    int RestartedCount,
    int DlqCount,
    int ErrorCount,
    int SkippedCount,
    int ContinuationCount,
    bool TimedOut,
    StopReason? StopReason,
    string? Error,
    IReadOnlyList<Alert> Alerts,
    RunProgressAnswer? Progress)
{
    public static string Path(string runId) => $"/api/reprocessing/runs/{Uri.EscapeDataString(runId)}";

    public static RunAnswer Of(RunRecord run) => Of(run, live: null);

    public static RunAnswer Of(RunRecord run, JobStatus? live)
    {
        var result = live?.Result ?? run.Result;
        return new(
            run.RunId,
            run.State,
            run.Trigger,
            run.Cap,
            result.ProcessedAt,
            result.CompletedAt,
            result.FoundCount,
            result.RestartedCount,
            result.DlqCount,
            result.ErrorCount,
            result.SkippedCount,
            result.ContinuationCount,
            result.TimedOut,
            result.StopReason,
            run.Error,
            run.Alerts,
            live is null ? null : new(live.Slice, live.Processed, live.Total, live.Percent, live.RatePerSecond, live.EtaSeconds));
    }
}

internal sealed record RunProgressAnswer(int Slice, int Processed, int? Total, double? Percent, double? RatePerSecond, double? EtaSeconds);

internal static class RunOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "runs",
        Post(nameof(StartRun), "reprocessing/runs", "Starts a run by hand.")
            .Saying("There is one run at a time. The answer is the Durable management payload of the instance that works on it.")
            .Takes(new StartRunRequest { MaxOrders = 500 }, optional: true)
            .Answering<HttpManagementPayload>(202, "Started.", null, "Location", "Retry-After")
            .Refuses("run_active"),
        Get(nameof(ListRuns), "reprocessing/runs", "The runs, newest first.")
            .AnswersPage<RunAnswer>(),
        Get(nameof(GetRun), "reprocessing/runs/{runId}", "A run, with its progress while it is running.")
            .Answers200<RunAnswer>()
            .Refuses("not_found"),
        Get(nameof(GetSummary), "reprocessing/summary", "What runs did, a UTC day an entry, newest first.")
            .With(ApiParameter.Number("days", "How many days, 7 unless said.", 1, 366))
            .Answers200<SummaryAnswer>()
            .Refuses("invalid_parameter"));
}
