namespace Reprocessing.Functions.DeadLetters;

internal abstract record DeadLetterOptions
{
    public static Problem? Check(JobOperation operation, string? json) => operation switch
    {
        JobOperation.Retry or JobOperation.Restart => OptionsJson.Check<ReprocessOptions>(json, read => read.Faults()),
        JobOperation.DeadLetter or JobOperation.Cancel => OptionsJson.Check<FailingOptions>(json),
        JobOperation.Resolve => OptionsJson.Check<ResolveOptions>(json),
        _ => OptionsJson.Check<PurgeOptions>(json, read => read.Faults()),
    };

    public static DeadLetterOptions Use(JobOperation operation, string? json) => operation switch
    {
        JobOperation.Retry => OptionsJson.Use<ReprocessOptions>(json),
        JobOperation.Restart => OptionsJson.Use<ReprocessOptions>(json) with { IsOfFailing = true },
        JobOperation.DeadLetter or JobOperation.Cancel => OptionsJson.Use<FailingOptions>(json) with { Cancels = operation == JobOperation.Cancel },
        JobOperation.Resolve => OptionsJson.Use<ResolveOptions>(json),
        _ => OptionsJson.Use<PurgeOptions>(json),
    };

    /// <summary>The entries meant when nothing else is said of their resolution.</summary>
    public virtual DeadLetterScope ToScope() => DeadLetterScope.Unresolved;

    /// <summary>Null when the entry can be worked on; else why not.</summary>
    public virtual string? Refuses(DeadLetterEntry entry) => null;

    public virtual string? Refuses(Order order) => null;

    /// <summary>Which orders are kept for the job. An order is checked again before it is worked on.</summary>
    public virtual bool Holds(Order order) => order.HasResolvableEntry;

    public virtual ProblemError? CheckCount(int count) => null;

    public virtual ItemAttempts ToAttempts() => ItemAttempts.Once;

    /// <param name="holdUntil">Set where the job waits for outcomes.</param>
    public abstract DeadLetterCommand ToCommand(AuditedAction action, DateTimeOffset? holdUntil, bool notifies);
}

[Description("The options of retry and restart.")]
internal sealed record ReprocessOptions : DeadLetterOptions
{
    [Description("Starts of one order, when the job waits for outcomes; 3 unless said.")]
    [Range(1, 100)]
    public int MaxRetries { get; init; } = 3;

    [Description("From an order's start to its outcome, when the job waits for it; 300 unless said.")]
    [Range(1, 86_400)]
    public int TimeoutPerItemSeconds { get; init; } = 300;

    [Description("Before each further start: a strategy's name, or an object with its figures; exponential unless said.")]
    public JsonElement? RetryStrategy { get; init; }

    [Description("Also permanent failures, and orders that came back too often.")]
    public bool Force { get; init; }

    public RetryModifications? Modifications { get; init; }

    [JsonIgnore]
    public bool IsOfFailing { get; init; }

    public IEnumerable<ProblemError?> Faults() => [ReadStrategy().Fault];

    public override string? Refuses(Order order) => RetryGuard.Check(order, Force);

    public override bool Holds(Order order) => IsOfFailing ? order.Phase == OrderPhase.Failed : base.Holds(order);

    public override string? Refuses(DeadLetterEntry entry) => entry.Resolution is not (null or DeadLetterResolution.Escalated)
        ? ItemReasons.AlreadyResolved
        : RetryGuard.Check(entry, Force);

    public override DeadLetterCommand ToCommand(AuditedAction action, DateTimeOffset? holdUntil, bool notifies) =>
        new RequeueCommand(action, Force, Modifications?.ToDomain()) { IsOfFailing = IsOfFailing, HoldUntil = holdUntil };

    public override ItemAttempts ToAttempts() => new(MaxRetries, TimeSpan.FromSeconds(TimeoutPerItemSeconds), ReadStrategy().Settings);

    private (RetrySettings Settings, ProblemError? Fault) ReadStrategy()
    {
        const string Pointer = "#/retryStrategy";
        try
        {
            var settings = RetryStrategy switch
            {
                null or { ValueKind: JsonValueKind.Null } => new RetrySettings(),
                { ValueKind: JsonValueKind.String } name => new() { Strategy = name.GetString() },
                { ValueKind: JsonValueKind.Object } figures => figures.Deserialize<RetrySettings>(AppJson.StrictBodies) ?? new(),
                _ => throw new FormatException("'retryStrategy' must be a strategy's name or an object."),
            };
            Reprocessing.Domain.Retries.RetryStrategy.Parse(settings);
            return (settings, null);
        }
        catch (FormatException e)
        {
            return (new(), new(e.Message, Pointer));
        }
        catch (JsonException e)
        {
            return (new(), new("The value is of the wrong type or there is no such member.", Pointer + JsonPointer.FromPath(e.Path).TrimStart('#')));
        }
    }
}

internal sealed record RetryModifications
{
    [Range(RestartModifications.ShortestStageTimeoutSeconds, RestartModifications.LongestStageTimeoutSeconds)]
    public double? StageTimeoutSeconds { get; init; }

    public RestartPoint? From { get; init; }

    public RestartModifications ToDomain() =>
        new(StageTimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, From);
}

[Description("The options of resolve.")]
internal sealed record ResolveOptions : DeadLetterOptions
{
    [Description("cancelled or escalated; retrying many is an operation of its own.")]
    [Required]
    [AllowedValues(DeadLetterResolution.Cancelled, DeadLetterResolution.Escalated, ErrorMessage = "must be cancelled or escalated.")]
    public DeadLetterResolution? Resolution { get; init; }

    [Text(IsProse = true)]
    public string? Notes { get; init; }

    public override string? Refuses(DeadLetterEntry entry) =>
        entry.Resolution is null || (entry.Resolution == DeadLetterResolution.Escalated && Resolution == DeadLetterResolution.Cancelled)
            ? null
            : ItemReasons.AlreadyResolved;

    public override DeadLetterCommand ToCommand(AuditedAction action, DateTimeOffset? holdUntil, bool notifies) =>
        new ResolveCommand(action, Resolution ?? DeadLetterResolution.Escalated, Notes) { NotifiesExternally = notifies };
}

[Description("The options of dead_letter and cancel: none.")]
internal sealed record FailingOptions : DeadLetterOptions
{
    [JsonIgnore]
    public bool Cancels { get; init; }

    public override bool Holds(Order order) => order.Phase == OrderPhase.Failed;

    public override DeadLetterCommand ToCommand(AuditedAction action, DateTimeOffset? holdUntil, bool notifies) =>
        Cancels ? new CancelCommand(action) : new MoveCommand(action);
}

[Description("The options of purge.")]
internal sealed record PurgeOptions : DeadLetterOptions
{
    private const string Word = "purge";

    /// <summary>Entries that are not resolved too. Their orders stay dead letters without one.</summary>
    [Description("Entries that are not resolved too.")]
    public bool Force { get; init; }

    [Description("The number of entries that will be deleted, or the word purge.")]
    [Required]
    public JsonElement? Confirm { get; init; }

    public IEnumerable<ProblemError?> Faults() =>
        [IsWord || Number is not null ? null : new($"'confirm' must be the number of entries that will be deleted, or \"{Word}\".", "#/confirm")];

    public override DeadLetterScope ToScope() => Force ? DeadLetterScope.Any : DeadLetterScope.Resolved;

    public override string? Refuses(DeadLetterEntry entry) => entry.Resolution is null && !Force ? ItemReasons.NotResolved : null;

    public override DeadLetterCommand ToCommand(AuditedAction action, DateTimeOffset? holdUntil, bool notifies) => new PurgeCommand(action, Force);

    public override ProblemError? CheckCount(int count) => Number is { } number && number != count
        ? new($"'confirm' says {number}, but {count} would be deleted.", "#/options/confirm")
        : null;

    private bool IsWord => Confirm is { ValueKind: JsonValueKind.String } word && word.GetString() == Word;

    private int? Number => Confirm is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value >= 0 ? value : null;
}

/// <summary>Reads an operation's options as strictly as a body; their faults point below <c>#/options</c>.</summary>
internal static class OptionsJson
{
    public static Problem? Check<T>(string? json, Func<T, IEnumerable<ProblemError?>>? rules = null)
        where T : class, new()
    {
        var (options, problem) = Parse<T>(json);
        var faults = options is null ? problem?.Errors ?? [] : BodyRules.Check(options, rules);
        return faults.Count == 0
            ? null
            : Problems.InvalidOptions([.. faults.Select(fault => fault with { Pointer = $"#/options{fault.Pointer.TrimStart('#')}" })]);
    }

    /// <summary>Of options that were checked when they were frozen into a plan.</summary>
    public static T Use<T>(string? json)
        where T : class, new() => Parse<T>(json).Options
        ?? throw new ArgumentException($"The stored options of the job cannot be read: {json}", nameof(json));

    private static (T? Options, Problem? Problem) Parse<T>(string? json)
        where T : class, new() => string.IsNullOrWhiteSpace(json) ? (new(), null) : RequestBody.Parse<T>(Encoding.UTF8.GetBytes(json));
}
