namespace Reprocessing.Functions.Runs;

internal sealed class RunFunctions(RunStarter starter, IResultStore results, IJobStore jobs, IOptions<ReprocessingOptions> options, TimeProvider time)
{
    private static readonly StartRunRequest FiveHundred = new() { MaxOrders = 500 };

    [Function(nameof(StartRun))]
    [Endpoint("runs", "Starts a run by hand.",
        Description = "There is one run at a time. The answer is the Durable management payload of the instance that works on it.")]
    [Body(typeof(StartRunRequest), IsOptional = true, Example = nameof(FiveHundred))]
    [Response(202, "Started.", typeof(HttpManagementPayload), "Location", "Retry-After")]
    [Refuses("run_active")]
    public async Task<HttpResponseData> StartRun(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/reprocessing/runs")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadOptionalBodyAsync(new StartRunRequest(), cancellationToken);
        var most = options.Value.MaxOrders;
        ProblemException.ThrowIf(body.MaxOrders < 0 || body.MaxOrders > most
            ? Problems.InvalidBody($"'maxOrders' must be 0 (the default) to {most}.", "#/maxOrders") : null);
        var input = new ReprocessingBatchInput(body.MaxOrders, RunTrigger.Http, Guid.NewGuid().ToString("N"))
        {
            RequestedBy = Caller.Find(request, body.RequestedBy),
        };
        ProblemException.ThrowIf(await starter.StartAsync(client, input, cancellationToken) is { } active ? InTheWay(active) : null);

        // At the address that the host knows itself by: made of the request, as the platform makes it, the answer would send the caller, with the system key,
        // wherever the request's Host or X-Forwarded-Host header says.
        var payload = client.CreateHttpManagementPayload(RunStarter.InstanceId);
        return await request.RespondAsync(
            HttpStatusCode.Accepted, payload, [("Location", payload.StatusQueryGetUri!), ("Retry-After", "10")], cancellationToken);
    }

    [Function(nameof(ListRuns))]
    [Endpoint("runs", "The runs, newest first.", PageOf = typeof(RunResponse))]
    public Task<HttpResponseData> ListRuns(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/reprocessing/runs")] HttpRequestData request,
        CancellationToken cancellationToken) => request.PageAsync(results.ListAsync, run => new RunResponse(run), cancellationToken);

    [Function(nameof(GetRun))]
    [Endpoint("runs", "A run, with its progress while it is running.")]
    [Response(200, "Done.", typeof(RunResponse))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> GetRun(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/reprocessing/runs/{runId}")] HttpRequestData request,
        string runId,
        CancellationToken cancellationToken)
    {
        if (!RunIds.IsRun(runId) || await jobs.GetAsync(runId, cancellationToken) is not { Run: { } details } run)
        {
            throw new ProblemException(Problems.NotFound("run", runId));
        }

        if (run.State.HasEnded())
        {
            return await request.OkAsync(new RunResponse(run), cancellationToken);
        }

        var stored = await jobs.GetProgressAsync(runId, cancellationToken);
        var slice = stored.Last?.Slice ?? 0;
        var progress = Progress.Of(stored.Tally.Found, details.Expected, run.CreatedAt, time.GetUtcNow(), run.Control.Pace);
        var live = run with
        {
            Tally = stored.Tally,
            Run = details with { Result = details.Result.With(stored.Tally) with { ContinuationCount = slice } },
        };
        return await request.OkAsync(
            new RunResponse(
                live, new(slice + 1, stored.Tally.Found, progress.Total, progress.Percent, progress.RatePerSecond, progress.EtaSeconds)),
            cancellationToken);
    }

    [Function(nameof(GetSummary))]
    [Endpoint("runs", "What runs did, a UTC day an entry, newest first.")]
    [Parameter("days", "How many days, 7 unless said.", Max = 366)]
    [Response(200, "Done.", typeof(SummaryResponse))]
    [Refuses("invalid_parameter")]
    public async Task<HttpResponseData> GetSummary(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/reprocessing/summary")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var days = request.QueryNumber("days", whenAbsent: 7, max: 366);
        return await request.OkAsync(
            new SummaryResponse(await results.SummariseAsync(time.GetUtcNow(), days, cancellationToken)), cancellationToken);
    }

    private static Problem InTheWay(OrchestrationMetadata active)
    {
        var run = active.ReadStatusAs<RunStatus>();
        var links = new Dictionary<string, string>
        {
            ["run"] = run is null ? "/api/reprocessing/runs?pageSize=1" : RunResponse.Path(run.RunId),
            // Without the system key: who may manage instances has it.
            ["status"] = $"/runtime/webhooks/durabletask/instances/{active.InstanceId}",
        };
        return Problems.Conflict(
            "run_active",
            "A run is active.",
            $"The instance '{active.InstanceId}' is {active.RuntimeStatus}; there is one run at a time.") with { Links = links };
    }
}

internal sealed record StartRunRequest
{
    public int? MaxOrders { get; init; }

    [Caller(IsOptional = true)]
    public string? RequestedBy { get; init; }
}

internal sealed record SummaryResponse(IReadOnlyList<DaySummary> Days);

internal sealed class RunResponse(JobRecord run, RunProgressResponse? progress = null)
{
    public string RunId => run.JobId;
    public RunState State => StateOf(run);
    public string Trigger => Details.Trigger;
    public int MaxOrders => Details.Cap;
    public DateTimeOffset ProcessedAt => Details.Result.ProcessedAt;
    public DateTimeOffset? CompletedAt => Details.Result.CompletedAt;
    public int FoundCount => Details.Result.FoundCount;
    public int RestartedCount => Details.Result.RestartedCount;
    public int DlqCount => Details.Result.DlqCount;
    public int ErrorCount => Details.Result.ErrorCount;
    public int SkippedCount => Details.Result.SkippedCount;
    public int ContinuationCount => Details.Result.ContinuationCount;
    public bool TimedOut => Details.Result.TimedOut;
    public StopReason? StopReason => Details.Result.StopReason;
    public string? Error => Details.Error;
    public IReadOnlyList<RunAlert> Alerts =>
        [.. Details.Alerts.Where(alert => alert.Holds).Select(alert => new RunAlert(alert.Kind, alert.Value, alert.Threshold, alert.Message))];
    public RunProgressResponse? Progress => progress;

    private RunDetails Details => run.Run ?? throw new InvalidOperationException($"{run.JobId} is no run.");

    public static string Path(string runId) => $"/api/reprocessing/runs/{Uri.EscapeDataString(runId)}";

    public static RunState StateOf(JobRecord run) =>
        !run.State.HasEnded() ? RunState.Running : run.Run?.Error is null ? RunState.Completed : RunState.Failed;
}

internal sealed record RunAlert(AlertKind Kind, double Value, double Threshold, string Message);

[JsonConverter(typeof(EnumNameConverter<RunState>))]
internal enum RunState
{
    Running,
    Completed,
    Failed,
}

internal sealed record RunProgressResponse(int Slice, int Processed, int? Total, double? Percent, double? RatePerSecond, double? EtaSeconds);
