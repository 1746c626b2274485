namespace ReprocessingFunctions.Plans;

[JsonConverter(typeof(EnumNameConverter<PlanState>))]
internal enum PlanState
{
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

    public static string Path(string planId) => $"/api/plans/{Uri.EscapeDataString(planId)}";

    public static PlanResponse Of(PlanRecord plan, DateTimeOffset now, IReadOnlyList<JobItem>? sample = null, double? itemsPerSecond = null) => new(
        plan.PlanId,
        plan.Operation,
        plan.JobId is not null ? PlanState.Applied : plan.ExpiresAt <= now ? PlanState.Expired : PlanState.Ready,
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
        PlanEstimate.Of(plan.Operation, plan.Count, itemsPerSecond));
}

/// <param name="Seen">The version at which it was selected: at another one it will be skipped.</param>
internal sealed record PlanSampleItem(string Id, string? Group, string Seen);

/// <summary>An item of a plan; where the plan was applied, as the job has left it.</summary>
internal sealed record PlanItemResponse(string Id, bool Eligible, ItemState State, string? Group, string? Reason, string? Message, string Seen)
{
    public static PlanItemResponse Of(JobItem item) =>
        new(item.Id, item.IsEligible, item.State, item.Group, item.Reason, item.Message, item.ExpectedVersion);
}

/// <summary>What applying a plan will take, roughly: for people who decide whether now is the time.</summary>
/// <param name="Seconds">To the last item's start, at the pace asked for or at <see cref="DefaultRate"/>.</param>
/// <param name="BackendActions">Calls that the systems behind the orders and the storage will see.</param>
internal sealed record PlanEstimate(double Seconds, long BackendActions)
{
    /// <summary>Items a second, as measured on one host with storage near it; what the orders' own workflows take comes after.</summary>
    public const double DefaultRate = 100;

    /// <summary>A restarted order begins, passes its stages and ends; every one of these is an activity with a step of its own.</summary>
    private static readonly int ActivitiesPerOrder = Enum.GetValues<Stage>().Length + 2;

    public static PlanEstimate Of(JobOperation operation, int count, double? itemsPerSecond = null) =>
        new(Math.Ceiling(10 * count / (itemsPerSecond is > 0 and var rate ? rate : DefaultRate)) / 10, (long)count * ActionsPerItem(operation));

    private static int ActionsPerItem(JobOperation operation) =>
        operation is JobOperation.Retry or JobOperation.Reprocess or JobOperation.Reset ? 1 + (2 * ActivitiesPerOrder) : 1;
}

/// <summary>One plan with a sample of its items, read from where they are stored: what is shown is what will run.</summary>
internal sealed class PlanViews(IJobStore jobs, TimeProvider time)
{
    private const int SampleSize = 100;

    public async Task<PlanResponse> ShowAsync(PlanRecord plan, CancellationToken cancellationToken, double? itemsPerSecond = null)
    {
        // Once the plan was applied its items are in whatever state the job has brought them to.
        ItemState? state = plan.JobId is null ? ItemState.Pending : null;
        var page = await jobs.ListItemsAsync(plan.PlanId, state, SampleSize, token: null, cancellationToken);
        return PlanResponse.Of(plan, time.GetUtcNow(), [.. page.Items.Where(item => item.IsEligible)], itemsPerSecond);
    }
}
