namespace Reprocessing.Functions.Jobs;

internal sealed record CreateJobRequest : PlanRequest
{
    public const int MaxRampSteps = 20;

    [Description("A plan that is ready; then operation, selection, options and expiresInMinutes are the plan's and not said here.")]
    public string? PlanId { get; init; }

    [Required]
    [Text]
    public string? Reason { get; init; }

    [Description("Without a plan nothing is done unless this is false.")]
    public bool? DryRun { get; init; }

    public PaceRequest? Pace { get; init; }

    [Description("1, 5, 20, 100: so many items first, each step's outcomes waited for; then the rest.")]
    [Length(1, MaxRampSteps)]
    public IReadOnlyList<int>? Ramp { get; init; }

    [Description("Share of a ramp step's items that may fail, 0 to 1, before the job pauses by itself.")]
    [Range(0d, 1d)]
    public double? FailureThreshold { get; init; }

    [Description("An item succeeds when its order does; so unless said in a retry. Without it an item whose workflow was started is 'started'.")]
    public bool? WaitForOutcome { get; init; }

    [Description("The number of items, or the operation's name; needed by operations that cannot be undone.")]
    public JsonElement? Confirm { get; init; }

    public JobOrder ToJob(HttpRequestData request, PlanMaker maker) =>
        new(this, PlanId is null ? ToPlan(request, maker) : null, Caller.Of(request, RequestedBy), Caller.Refuse(request, Role.Admin));

    public IEnumerable<ProblemError?> Faults(IReadOnlyList<JobOperation> known) =>
    [
        .. PlanId is null ? [OperationFault(known)] : PlanFaults(),
        .. (Ramp ?? []).Index().Where(step => step.Item is < 1 or > PlanOptions.MostItems).Take(MaxRampSteps)
            .Select(step => new ProblemError($"A step takes 1 to {PlanOptions.MostItems} items.", $"#/ramp/{step.Index}")),
        Confirm is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Number or JsonValueKind.String }
            ? null
            : new("'confirm' must be a number or a word.", "#/confirm"),
    ];

    /// <summary>What a plan has frozen is not said anew beside it: one of the two would be ignored.</summary>
    private IEnumerable<ProblemError?> PlanFaults() =>
    [
        Beside(Operation, "operation"),
        Beside(Selection, "selection"),
        Beside(Options, "options"),
        Beside(ExpiresInMinutes, "expiresInMinutes"),
        DryRun is true ? new("A plan is a dry run already; leave 'dryRun' out to apply it.", "#/dryRun") : null,
    ];

    private static ProblemError? Beside(object? said, string member) =>
        said is null ? null : new($"'{member}' is part of the plan and cannot be said beside 'planId'.", $"#/{member}");
}

internal record PaceRequest
{
    [Description("Chunks at work at once; items at once where the job waits for outcomes.")]
    [Range(1, Pace.MaxParallelism)]
    public int? Parallelism { get; init; }

    [Description("0 is as fast as it goes; else at least 0.01.")]
    [Rate]
    public double? ItemsPerSecond { get; init; }

    public Pace On(Pace pace) => pace with
    {
        Parallelism = Parallelism ?? pace.Parallelism,
        ItemsPerSecond = ItemsPerSecond is not { } rate ? pace.ItemsPerSecond : rate == 0 ? null : rate,
    };

    private sealed class RateAttribute : RangeAttribute
    {
        public RateAttribute()
            : base(0, Pace.MaxRate) =>
            ErrorMessage = FormattableString.Invariant($"must be {Pace.MinRate} to {Pace.MaxRate}, or 0 for as fast as it goes.");

        public override bool IsValid(object? value) => base.IsValid(value) && value is not (> 0d and < Pace.MinRate);
    }
}

/// <summary>A job as asked for, without a fault that can be seen in the request alone.</summary>
/// <param name="Selection">What to plan first; null where the request names a plan.</param>
/// <param name="PurgeRefusal">Why the caller may not purge, whose role is known from the request while a plan tells only later what it does.</param>
internal sealed record JobOrder(CreateJobRequest Request, PlanOrder? Selection, string RequestedBy, Problem? PurgeRefusal)
{
    /// <summary>Only ever so of a selection: whoever names a plan has seen it.</summary>
    public bool IsDryRun => Request.PlanId is null && (Request.DryRun ?? true);

    public Pace PaceBy(JobOptions options) => (Request.Pace ?? new()).On(new(options.Parallelism));
}
