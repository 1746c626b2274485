using ReprocessingFunctions.Resets;

namespace ReprocessingFunctions.Jobs;

/// <summary>Either the id of a plan or what a plan is made of, and how the job is to go.</summary>
internal sealed record CreateJobRequest
{
    public const int MaxRampSteps = 20;

    [Description("A plan that is ready; then operation, selection, options and expiresInMinutes are the plan's and not said here.")]
    public string? PlanId { get; init; }

    public JobOperation? Operation { get; init; }

    public PlanSelection? Selection { get; init; }

    [Description("The operation's own.")]
    [AnyOf(typeof(ReprocessOptions), typeof(ResolveOptions), typeof(PurgeOptions), typeof(ResetOptions))]
    public JsonElement? Options { get; init; }

    [Range(1, PlanOptions.LongestLifetimeMinutes)]
    public int? ExpiresInMinutes { get; init; }

    [Required]
    [StringLength(Texts.MaxLength, MinimumLength = 1)]
    public string? Reason { get; init; }

    [Description("Needed unless the platform's sign-in says who asks.")]
    [StringLength(Caller.MaxLength, MinimumLength = 1)]
    public string? RequestedBy { get; init; }

    /// <summary>Without a plan nothing is done unless this is false.</summary>
    [Description("Without a plan nothing is done unless this is false.")]
    public bool? DryRun { get; init; }

    public PaceRequest? Pace { get; init; }

    [Description("1, 5, 20, 100: so many items first, each step's outcomes waited for; then the rest.")]
    [Length(1, MaxRampSteps)]
    public IReadOnlyList<int>? Ramp { get; init; }

    [Description("Share of a ramp step's items that may fail, 0 to 1, before the job pauses by itself.")]
    [Range(0, 1)]
    public double? FailureThreshold { get; init; }

    [Description("An item succeeds when its order does, not when its workflow was started.")]
    public bool? WaitForOutcome { get; init; }

    /// <summary>The number of items, or the operation's name; of operations that cannot be undone.</summary>
    [Description("The number of items, or the operation's name; needed by operations that cannot be undone.")]
    public JsonElement? Confirm { get; init; }

    public JobOrder Read(HttpRequestData request, PlanMaker maker)
    {
        var (caller, fault) = Caller.Read(request, RequestedBy);
        Problems.ThrowIfAny(
        [
            Texts.Required(Reason, "reason"), fault, ThresholdFault(), ConfirmFault(), .. Pace?.Faults("#/pace") ?? [], .. RampFaults(), .. PlanFaults(),
        ]);
        var selection = PlanId is not null ? null : new CreatePlanRequest
        {
            Operation = Operation,
            Selection = Selection,
            Options = Options,
            RequestedBy = RequestedBy,
            ExpiresInMinutes = ExpiresInMinutes,
        }.Read(request, maker);
        return new(PlanId, selection, Reason!, caller)
        {
            IsDryRun = PlanId is null && (DryRun ?? true),
            Pace = Pace ?? new(),
            Ramp = Ramp,
            FailureThreshold = FailureThreshold,
            WaitForOutcome = WaitForOutcome ?? false,
            Confirm = Confirm?.ToString(),
        };
    }

    /// <summary>What a plan has frozen is not said anew beside it: one of the two would be ignored.</summary>
    private IEnumerable<ProblemError> PlanFaults()
    {
        if (PlanId is null)
        {
            yield break;
        }

        foreach (var (member, isSaid) in new[]
        {
            ("operation", Operation is not null),
            ("selection", Selection is not null),
            ("options", Options is not null),
            ("expiresInMinutes", ExpiresInMinutes is not null),
        })
        {
            if (isSaid)
            {
                yield return new($"'{member}' is part of the plan and cannot be said beside 'planId'.", $"#/{member}");
            }
        }

        if (DryRun is true)
        {
            yield return new("A plan is a dry run already; leave 'dryRun' out to apply it.", "#/dryRun");
        }
    }

    private IEnumerable<ProblemError> RampFaults()
    {
        if (Ramp is null)
        {
            yield break;
        }

        if (Ramp.Count is 0 or > MaxRampSteps)
        {
            yield return new($"'ramp' must have 1 to {MaxRampSteps} steps.", "#/ramp");
        }

        foreach (var (index, step) in Ramp.Index().Where(step => step.Item is < 1 or > PlanOptions.MostItems).Take(MaxRampSteps))
        {
            yield return new($"A step takes 1 to {PlanOptions.MostItems} items.", $"#/ramp/{index}");
        }
    }

    private ProblemError? ThresholdFault() => FailureThreshold is null or (>= 0 and <= 1)
        ? null
        : new("'failureThreshold' must be 0 to 1, the share of a ramp step's items that may fail.", "#/failureThreshold");

    private ProblemError? ConfirmFault() => Confirm is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Number or JsonValueKind.String }
        ? null
        : new("'confirm' must be a number or a word.", "#/confirm");
}

/// <summary>How fast a job is to go; what is not said stays as it is.</summary>
internal sealed record PaceRequest
{
    [Description("Chunks at work at once; items at once where the job waits for outcomes.")]
    [Range(1, Pace.MaxParallelism)]
    public int? Parallelism { get; init; }

    /// <summary>0 is as fast as it goes.</summary>
    [Description("0 is as fast as it goes; else at least 0.01.")]
    [Range(0, Pace.MaxRate)]
    public double? ItemsPerSecond { get; init; }

    public Pace On(Pace pace) => pace with
    {
        Parallelism = Parallelism ?? pace.Parallelism,
        ItemsPerSecond = ItemsPerSecond switch
        {
            null => pace.ItemsPerSecond,
            0 => null,
            { } rate => rate,
        },
    };

    /// <param name="at">The pointer of this object.</param>
    public IEnumerable<ProblemError> Faults(string at)
    {
        if (Parallelism is { } parallelism && parallelism is < 1 or > Pace.MaxParallelism)
        {
            yield return new($"'parallelism' must be 1 to {Pace.MaxParallelism}.", $"{at}/parallelism");
        }

        if (ItemsPerSecond is { } rate && rate != 0 && rate is not (>= Pace.MinRate and <= Pace.MaxRate))
        {
            yield return new(
                FormattableString.Invariant($"'itemsPerSecond' must be {Pace.MinRate} to {Pace.MaxRate}, or 0 for as fast as it goes."),
                $"{at}/itemsPerSecond");
        }
    }
}

/// <summary>A job as asked for, without a fault that can be seen in the request alone.</summary>
/// <param name="PlanId">The plan to apply; null where <paramref name="Selection"/> says what to plan first.</param>
internal sealed record JobOrder(string? PlanId, PlanOrder? Selection, string Reason, string RequestedBy)
{
    /// <summary>Only ever so of a selection: whoever names a plan has seen it.</summary>
    public bool IsDryRun { get; init; }

    public PaceRequest Pace { get; init; } = new();

    public IReadOnlyList<int>? Ramp { get; init; }

    public double? FailureThreshold { get; init; }

    public bool WaitForOutcome { get; init; }

    /// <summary>As text, whether a number or a word was given.</summary>
    public string? Confirm { get; init; }
}
