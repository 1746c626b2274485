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
/// <param name="Sample">Items that will be worked on, up to 100; only where one plan is shown.</param>
internal sealed record PlanResponse(
    string PlanId,
    JobOperation Operation,
    PlanState State,
    string? JobId,
    string Selection,
    JsonElement? Options,
    string RequestedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    int Count,
    string Hash,
    IReadOnlyDictionary<string, int> CountByGroup,
    int IneligibleCount,
    IReadOnlyDictionary<string, int> IneligibleByReason,
    IReadOnlyList<PlanSampleItem>? Sample,
    PlanEstimate Estimate)
{
    [Description("Of a dry run: what was said and would have no effect in such a job; absent when there is nothing.")]
    public IReadOnlyList<string>? Warnings { get; init; }

    [Description("While the plan's items are being selected, and where that failed: how many were found, and why it will not be ready.")]
    public PlanPreparation? Preparation { get; init; }

    [Description("Who has approved the plan, when and why.")]
    public PlanApproval? Approval { get; init; }

    public static string Path(string planId) => $"/api/plans/{Uri.EscapeDataString(planId)}";

    public static PlanResponse Of(PlanRecord plan, PlanState state, PlanEstimate estimate, IReadOnlyList<JobItem>? sample = null) => new(
        plan.PlanId,
        plan.Operation,
        state,
        plan.JobId,
        plan.Selection,
        StoredJson.Read(plan.Options),
        plan.RequestedBy,
        plan.CreatedAt,
        plan.ExpiresAt,
        plan.Count,
        plan.Hash,
        plan.CountByGroup,
        plan.IneligibleByReason.Values.Sum(),
        plan.IneligibleByReason,
        sample is null ? null : [.. sample.Select(item => new PlanSampleItem(item.Id, item.Group, item.ExpectedVersion))],
        estimate)
    {
        Preparation = plan.Preparation,
        Approval = plan.Approval,
    };
}

/// <param name="ExpectedVersion">The version at which it was selected: at another one it will be skipped.</param>
internal sealed record PlanSampleItem(string Id, string? Group, [property: JsonPropertyName("seen")] string ExpectedVersion);

/// <summary>An item of a plan; where the plan was applied, as the job has left it.</summary>
internal sealed record PlanItemResponse(string Id, bool Eligible, ItemState State, string? Group, string? Reason, string? Message, [property: JsonPropertyName("seen")] string ExpectedVersion)
{
    public static PlanItemResponse Of(JobItem item) =>
        new(item.Id, item.IsEligible, item.State, item.Group, item.Reason, item.Message, item.ExpectedVersion);
}

/// <summary>What applying a plan takes, as a range: with the pace and the ramp of a dry run, else those of a job that says nothing.</summary>
/// <param name="Basis">What it goes by, for another pace.</param>
internal sealed record PlanEstimate(double LeastSeconds, double MostSeconds, long LeastBackendActions, long MostBackendActions, EstimateBasis Basis);

/// <summary>Tells how long jobs take.</summary>
internal sealed class PlanEstimates(JobKinds kinds, IOptions<JobOptions> options)
{
    /// <summary>A restarted order begins, passes its stages and ends; every one of these is an activity with a step of its own.</summary>
    private static readonly int ActionsPerStart = 1 + (2 * (Enum.GetValues<Stage>().Length + 2));

    /// <param name="order">Null for a job that says nothing of its course.</param>
    public PlanEstimate Of(PlanRecord plan, JobOrder? order)
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
        var pace = order?.Pace.On(new(options.Value.Parallelism));
        var (least, most, leastActions, mostActions) = JobEstimate.Of(
            plan.Count, basis, order?.Ramp, plan.Operation.WaitsForOutcome(order?.WaitForOutcome), pace?.ItemsPerSecond, pace?.Parallelism);
        return new(least, most, leastActions, mostActions, basis);
    }
}

/// <summary>Plans as they are shown; one alone with a sample of its items, read from where they are stored: what is shown is what will run.</summary>
internal sealed class PlanViews(IJobStore jobs, PlanEstimates estimates, IOptions<ApprovalOptions> approvals, TimeProvider time)
{
    private const int SampleSize = 100;

    public PlanResponse Show(PlanRecord plan) => PlanResponse.Of(plan, StateOf(plan), estimates.Of(plan, order: null));

    /// <param name="order">Of a dry run: the job that it would be.</param>
    public async Task<PlanResponse> ShowAsync(PlanRecord plan, CancellationToken cancellationToken, JobOrder? order = null)
    {
        // Once the plan was applied its items are in whatever state the job has brought them to.
        ItemState? state = plan.JobId is null ? ItemState.Pending : null;
        var page = await jobs.ListItemsAsync(plan.PlanId, state, SampleSize, token: null, cancellationToken);
        return PlanResponse.Of(plan, StateOf(plan), estimates.Of(plan, order), [.. page.Items.Where(item => item.IsEligible)]);
    }

    private PlanState StateOf(PlanRecord plan) =>
        plan.JobId is not null ? PlanState.Applied
        : plan.Preparation?.Failure is not null ? PlanState.Failed
        : plan.ExpiresAt <= time.GetUtcNow() ? PlanState.Expired
        : plan.Preparation is not null ? PlanState.Preparing
        : approvals.Value.IsMissing(plan) ? PlanState.AwaitingApproval
        : PlanState.Ready;
}
