namespace Reprocessing.Functions.Plans;

[JsonConverter(typeof(EnumNameConverter<PlanState>))]
internal enum PlanState
{
    Preparing,
    Failed,
    AwaitingApproval,
    Ready,
    Applied,
    Expired,
}

/// <summary>A plan as this API shows it.</summary>
/// <param name="sample">Items that will be worked on; only where one plan is shown.</param>
internal sealed class PlanResponse(PlanRecord plan, PlanState state, PlanEstimate estimate, IEnumerable<JobItem>? sample = null)
{
    public string PlanId => plan.PlanId;
    public JobOperation Operation => plan.Operation;
    public PlanState State => state;
    public string? JobId => plan.JobId;
    public string Selection => plan.Selection;
    public JsonElement? Options => StoredJson.Read(plan.Options);
    public string RequestedBy => plan.RequestedBy;
    public DateTimeOffset CreatedAt => plan.CreatedAt;
    public DateTimeOffset ExpiresAt => plan.ExpiresAt;
    public int Count => plan.Count;
    public string Hash => plan.Hash;
    public IReadOnlyDictionary<string, int> CountByGroup => plan.CountByGroup;
    public int IneligibleCount => plan.IneligibleByReason.Values.Sum();
    public IReadOnlyDictionary<string, int> IneligibleByReason => plan.IneligibleByReason;
    public IReadOnlyList<PlanSampleItem>? Sample => sample is null ? null : [.. sample.Select(item => new PlanSampleItem(item.Id, item.Group, item.ExpectedVersion))];
    public PlanEstimate Estimate => estimate;

    [Description("Of a dry run: what was said and would have no effect in such a job; absent when there is nothing.")]
    public IReadOnlyList<string>? Warnings { get; init; }

    [Description("While the plan's items are being selected, and where that failed: how many were found, and why it will not be ready.")]
    public PlanPreparation? Preparation => plan.Preparation;

    [Description("Who has approved the plan, when and why.")]
    public PlanApproval? Approval => plan.Approval;

    public static string Path(string planId) => $"/api/plans/{Uri.EscapeDataString(planId)}";
}

/// <param name="ExpectedVersion">The version at which it was selected: at another one it will be skipped.</param>
internal sealed record PlanSampleItem(string Id, string? Group, [property: JsonPropertyName("seen")] string ExpectedVersion);

/// <summary>An item of a plan; where the plan was applied, as the job has left it.</summary>
internal sealed class PlanItemResponse(JobItem item)
{
    public string Id => item.Id;
    public bool Eligible => item.IsEligible;
    public ItemState State => item.State;
    public string? Group => item.Group;
    public string? Reason => item.Reason;
    public string? Message => item.Message;

    [JsonPropertyName("seen")]
    public string ExpectedVersion => item.ExpectedVersion;
}

/// <summary>What applying a plan takes, as a range: with the pace and the ramp of a dry run, else those of a job that says nothing.</summary>
/// <param name="Basis">What it goes by, for another pace.</param>
internal sealed record PlanEstimate(double LeastSeconds, double MostSeconds, long LeastBackendActions, long MostBackendActions, EstimateBasis Basis);

internal sealed class PlanViews(IJobStore jobs, JobKinds kinds, IOptions<JobOptions> options, IOptions<ApprovalOptions> approvals, TimeProvider time)
{
    private const int SampleSize = 100;

    /// <summary>A restarted order begins, passes its stages and ends; every one of these is an activity with a step of its own.</summary>
    private static readonly int ActionsPerStart = 1 + (2 * (Enum.GetValues<Stage>().Length + 2));

    public PlanResponse Show(PlanRecord plan) => new(plan, StateOf(plan), Estimate(plan, order: null));

    /// <summary>With a sample of its items, read from where they are stored: what is shown is what will run.</summary>
    /// <param name="order">Of a dry run: the job that it would be.</param>
    public async Task<PlanResponse> ShowAsync(PlanRecord plan, CancellationToken cancellationToken, JobOrder? order = null)
    {
        // Once the plan was applied its items are in whatever state the job has brought them to.
        ItemState? state = plan.JobId is null ? ItemState.Pending : null;
        var page = await jobs.ListItemsAsync(plan.PlanId, state, SampleSize, token: null, cancellationToken);
        return new(plan, StateOf(plan), Estimate(plan, order), page.Items.Where(item => item.IsEligible))
        {
            Warnings = order is null ? null
                : JobWarnings.Of(plan.Options, plan.Operation.WaitsForOutcome(order.Request.WaitForOutcome), order.Request.Ramp),
        };
    }

    private PlanState StateOf(PlanRecord plan) =>
        plan.JobId is not null ? PlanState.Applied
        : plan.Preparation?.Failure is not null ? PlanState.Failed
        : plan.ExpiresAt <= time.GetUtcNow() ? PlanState.Expired
        : plan.Preparation is not null ? PlanState.Preparing
        : approvals.Value.IsMissing(plan) ? PlanState.AwaitingApproval
        : PlanState.Ready;

    private PlanEstimate Estimate(PlanRecord plan, JobOrder? order)
    {
        var attempts = kinds.Of(plan.Operation).Attempts(plan.Options);
        var delays = RetryStrategy.Parse(attempts.Delays);
        var hasOutcome = plan.Operation is JobOperation.Retry or JobOperation.Restart or JobOperation.Reset;
        var basis = new EstimateBasis(
            options.Value.Parallelism,
            hasOutcome,
            attempts.Max,
            attempts.Timeout.TotalSeconds,
            Enumerable.Range(1, attempts.Max - 1).Sum(attempt => delays.FullDelay(attempt).TotalSeconds),
            hasOutcome ? ActionsPerStart : 1);
        var pace = order?.PaceBy(options.Value);
        var (least, most, leastActions, mostActions) = JobEstimate.Of(
            plan.Count, basis, order?.Request.Ramp, plan.Operation.WaitsForOutcome(order?.Request.WaitForOutcome), pace?.ItemsPerSecond, pace?.Parallelism);
        return new(least, most, leastActions, mostActions, basis);
    }
}
