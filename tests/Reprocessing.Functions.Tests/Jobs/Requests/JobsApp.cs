using Reprocessing.Functions.Audit;
using Reprocessing.Functions.Plans;

namespace Reprocessing.Functions.Tests.Jobs.Requests;

/// <summary>The functions of plans, jobs and audit over stores in memory, called as the host calls them.</summary>
internal sealed class JobsApp
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PlanMaker _maker;
    private readonly PlanRequests _planRequests;
    private readonly PlanViews _planViews;
    private readonly JobStarter _starter;
    private readonly JobReconciler _orphans;
    private readonly JobViews _jobViews;
    private readonly JobFunctions _jobs;
    private readonly PlanFunctions _plans;
    private readonly IOptions<ApprovalOptions> _approvals;

    public JobsApp(PlanOptions? options = null, int approvalThreshold = 0)
    {
        _approvals = Options.Create(new ApprovalOptions { Threshold = approvalThreshold });
        Store = new(Process, Clock);
        _maker = new(Selectors, Store, Store, Store, Options.Create(options ?? new()), Clock, NullLogger<PlanMaker>.Instance);
        _planRequests = new(_maker, Store, Store);
        _starter = new(Store, Store, Store, Options.Create(new JobOptions()), Clock, NullLogger<JobStarter>.Instance);
        var kind = new Mock<IJobKind>();
        kind.SetupGet(one => one.Operation).Returns(JobOperation.Retry);
        kind.Setup(one => one.AbandonAsync(It.IsAny<ProcessRequest>(), It.IsAny<CancellationToken>()))
            .Callback<ProcessRequest, CancellationToken>((request, _) => Released.AddRange(request.Items.Select(item => item.Id)))
            .ReturnsAsync((ProcessRequest request, CancellationToken _) => [.. request.Items.Select(item => new ItemResult(item.Id, ItemState.Pending))]);
        kind.Setup(one => one.Attempts(It.IsAny<string?>())).Returns(new ReprocessOptions().ToAttempts());
        var purge = new Mock<IJobKind>();
        purge.SetupGet(one => one.Operation).Returns(JobOperation.Purge);
        purge.Setup(one => one.Attempts(It.IsAny<string?>())).Returns(ItemAttempts.Once);
        var (kinds, recorder) = (new JobKinds([kind.Object, purge.Object]), new ItemRecorder(Store, new(new MeterReader().Metrics, NullLogger<ItemLog>.Instance)));
        _orphans = new(
            Store,
            new(kinds, Store, recorder),
            new(kinds, Store, recorder),
            new(Store, new(Store), Outcomes.Object, Store, AlertBench.Quiet, Clock, NullLogger<JobEnding>.Instance),
            Clock,
            NullLogger<JobReconciler>.Instance);
        _planViews = new(Store, kinds, Options.Create(new JobOptions()), _approvals, Clock);
        _jobViews = new(new(Store, Outcomes.Object, Clock, NullLogger<FreshOutcomes>.Instance), Store, Clock);
        _jobs = new(Store, _jobViews, new(new(Store, Store), Clock, NullLogger<JobControls>.Instance));
        _plans = new(_maker, _planRequests, _planViews, Store, Store, Store, Clock);
    }

    public DyingProcess Process { get; } = new();

    public (string Name, string Value)[] Settings { get; set; } = [];

    /// <summary>What the headers say that the platform's sign-in sets.</summary>
    public string? Principal { get; set; }

    public string Role { get; set; } = "operator";

    public SettableClock Clock { get; } = new(Start);

    public MemoryJobs Store { get; }

    public Mock<IOutcomeProjection> Outcomes { get; } = new();

    public FakeEngine Engine { get; } = new();

    /// <summary>Items that an ended job let go of.</summary>
    public List<string> Released { get; } = [];

    public FakeSelector Retry { get; } = new(JobOperation.Retry);

    public FakeSelector Purge { get; } = new(JobOperation.Purge);

    private IReadOnlyList<FakeSelector> Selectors => [Retry, Purge];

    public Task<HttpResponseData> PlanAsync(string body, string? key = null) =>
        Request("POST", "/api/plans", body, key).SendAsync(request => _plans.CreatePlan(request, Engine.Client, default));

    public Task<HttpResponseData> CreateAsync(string body, string? key = null) =>
        Request("POST", "/api/jobs", body, key).SendAsync(request =>
            new JobCreationFunctions(_maker, _planRequests, new(_maker, _planRequests, Store, Store, Store, _starter, _approvals, Clock), _planViews)
                .CreateJob(request, Engine.Client, default));

    public async Task<string> PlannedAsync(string body = Bodies.Plan) =>
        (await PlanAsync(body)).Json().GetProperty("planId").GetString()!;

    /// <summary>A job whose orchestration is at work.</summary>
    public async Task<string> StartedAsync(object? status = null)
    {
        var jobId = (await CreateAsync(Bodies.Apply(await PlannedAsync()))).Json().GetProperty("jobId").GetString()!;
        if (Engine.FailsWith is null)
        {
            Engine.Put(jobId, OrchestrationRuntimeStatus.Running, customStatus: status);
        }

        return jobId;
    }

    public Task<HttpResponseData> GetPlanAsync(string planId) =>
        Request("GET", $"/api/plans/{planId}").SendAsync(request => _plans.GetPlan(request, planId, Engine.Client, default));

    public Task<HttpResponseData> ApproveAsync(string planId, string body = """{"reason":"looked at"}""") =>
        Request("POST", $"/api/plans/{planId}/approve", body).SendAsync(request => _plans.ApprovePlan(request, planId, default));

    /// <summary>A call of the activity that prepares a plan.</summary>
    public Task<PlanInput?> PrepareAsync(PlanInput at) => new PreparePlan(_maker, Clock).RunAsync(at, Engine.Client, default);

    public Task<HttpResponseData> ListPlansAsync() => Request("GET", "/api/plans").SendAsync(request => _plans.ListPlans(request, default));

    public Task<HttpResponseData> PlanItemsAsync(string planId, string query = "") =>
        Request("GET", $"/api/plans/{planId}/items{query}").SendAsync(request => _plans.ListPlanItems(request, planId, default));

    public Task<HttpResponseData> GetAsync(string jobId) =>
        Request("GET", $"/api/jobs/{jobId}").SendAsync(request => _jobs.GetJob(request, jobId, Engine.Client, default));

    public Task<HttpResponseData> ListAsync(string query = "") =>
        Request("GET", $"/api/jobs{query}").SendAsync(request => _jobs.ListJobs(request, default));

    public Task<HttpResponseData> ItemsAsync(string jobId, string query = "") =>
        Request("GET", $"/api/jobs/{jobId}/items{query}").SendAsync(request => _jobs.ListJobItems(request, jobId, default));

    public Task<HttpResponseData> PauseAsync(string jobId, string body = Bodies.Action) =>
        Request("POST", "/", body).SendAsync(request => _jobs.RequestJobPause(request, jobId, Engine.Client, default));

    public Task<HttpResponseData> ResumeAsync(string jobId, string body = Bodies.Action) =>
        Request("POST", "/", body).SendAsync(request => _jobs.RequestJobResume(request, jobId, Engine.Client, default));

    public Task<HttpResponseData> CancelAsync(string jobId, string body = Bodies.Action) =>
        Request("POST", "/", body).SendAsync(request => _jobs.RequestJobCancel(request, jobId, Engine.Client, default));

    public Task<HttpResponseData> PaceAsync(string jobId, string body, string? ifMatch = null)
    {
        var request = Request("PATCH", "/", body);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return request.SendAsync(_ => _jobs.SetJobPace(request, jobId, Engine.Client, default));
    }

    public Task<HttpResponseData> AuditAsync(string query = "") =>
        Request("GET", $"/api/audit-events{query}").SendAsync(request => new AuditFunctions(Store).ListAuditEvents(request, default));

    public Task CheckOpenAsync() =>
        new CheckOpenJobs(Store, _starter, _orphans, new(Store, Store), new MeterReader().States, Clock, NullLogger<CheckOpenJobs>.Instance)
            .RunAsync(Engine.Client, default);

    private FakeRequest Request(string method, string path, string body = "", string? key = null)
    {
        var request = new FakeRequest(method, path, body, Settings);
        if (Principal is not null)
        {
            request.SignIn(Principal, Role);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return request;
    }
}

internal static class Bodies
{
    public const string Plan = """{"operation":"retry","selection":{"filter":"errorType = timeout"},"requestedBy":"ann"}""";

    public const string Dry = """{"operation":"retry","selection":{"all":true},"reason":"outage over","requestedBy":"ann"}""";

    public const string Real = """{"operation":"retry","selection":{"all":true},"reason":"outage over","requestedBy":"ann","dryRun":false}""";

    public const string Action = """{"requestedBy":"bob","reason":"too hot"}""";

    public static string Apply(string planId, string more = "") => $$"""{"planId":"{{planId}}","reason":"outage over","requestedBy":"ann"{{more}}}""";
}

internal sealed class SettableClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.UtcTicks;
}

/// <summary>Finds what it is told to, in pages of two.</summary>
internal sealed class FakeSelector(JobOperation operation) : IPlanSelector
{
    public JobOperation Operation => operation;

    public List<JobItem> Found { get; } =
    [
        new("A", "1", ItemState.Pending) { Group = "slow" },
        new("B", "2", ItemState.Pending) { Group = "slow" },
        new("C", "3", ItemState.Pending) { Group = "torn" },
        new("D", "4", ItemState.Skipped) { IsEligible = false, Reason = ItemReasons.PermanentFailure },
    ];

    public Problem? Fault { get; set; }

    public int Selections { get; private set; }

    public PlanSelection? Asked { get; private set; }

    public Problem? Check(PlanSelection selection, string? options) => Fault;

    public string Describe(PlanSelection selection) => selection.Filter ?? (selection.All ? "all" : $"{selection.Ids!.Count} ids");

    public Task<Reprocessing.Storage.Page<JobItem>> SelectAsync(PlanQuery query, DurableTaskClient client, CancellationToken cancellationToken)
    {
        Selections += query.Token is null ? 1 : 0;
        if (query.Ids is { } ids)
        {
            Asked = query.Selection with { Ids = [.. query.Token is null ? Array.Empty<string>() : Asked!.Ids!, .. ids] };
            return Task.FromResult(new Reprocessing.Storage.Page<JobItem>(query.Token is null ? [.. Found] : [], null));
        }

        Asked = query.Selection;
        var from = int.Parse(query.Token ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var next = from + 2 < Found.Count ? (from + 2).ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        return Task.FromResult(new Reprocessing.Storage.Page<JobItem>([.. Found.Skip(from).Take(2)], next));
    }
}
