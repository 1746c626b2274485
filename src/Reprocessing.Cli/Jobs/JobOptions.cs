namespace Reprocessing.Cli.Jobs;

/// <summary>Options of every command that applies a plan.</summary>
internal sealed class JobOptions(string userName)
{
    private readonly AuditOptions _audit = new(userName, needsReason: true);
    private readonly WaitOptions _wait = new();
    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "Make the plan, show it and stop: nothing is changed." };
    private readonly Option<bool> _yes = Yes();

    private readonly Option<string?> _key = new("--idempotency-key")
    {
        Description = "The same key and request again is the same job, also from another call. Default: a new one.",
        HelpName = "text",
    };

    private readonly Option<int?> _parallel = new("--parallel")
    {
        Description = "Orders under way at once where the job waits for their outcomes, else chunks.",
        HelpName = "n",
    };

    private readonly Option<double?> _rate = new("--rate") { Description = "No more items a second than this; 0 is as fast as it goes.", HelpName = "n" };

    private readonly Option<string?> _ramp = new("--ramp")
    {
        Description = "So many items first, the outcomes of each step waited for, as 1,5,20; then the rest.",
        HelpName = "n,n,...",
    };

    private readonly Option<double?> _failureThreshold = new("--failure-threshold")
    {
        Description = "Share of a ramp step that may fail, 0 to 1, before the job pauses by itself.",
        HelpName = "share",
    };

    private readonly Option<bool?> _waitForOutcome = new("--wait-for-outcome")
    {
        Description = "An item is done when its order is; a retry does so unless this is false: then its items are started, and nobody waits.",
        HelpName = "true|false",
    };

    public IReadOnlyList<Option> Symbols =>
        [.. _audit.Symbols, _parallel, _rate, _ramp, _failureThreshold, _waitForOutcome, _dryRun, _yes, .. _wait.Symbols, _key];

    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask; needed where nobody can be asked." };

    public JobRequest Read(ParseResult parsed)
    {
        var isDryRun = parsed.GetValue(_dryRun);
        return new(
            Reason: isDryRun ? null : _audit.Reason(parsed),
            RequestedBy: _audit.RequestedBy(parsed),
            Parallelism: parsed.GetValue(_parallel),
            ItemsPerSecond: parsed.GetValue(_rate),
            Ramp: Steps(parsed.GetValue(_ramp)),
            FailureThreshold: parsed.GetValue(_failureThreshold),
            WaitsForOutcome: parsed.GetValue(_waitForOutcome),
            IsDryRun: isDryRun,
            IsConfirmed: parsed.GetValue(_yes),
            Waits: _wait.IsWaiting(parsed),
            Timeout: _wait.Timeout(parsed),
            IdempotencyKey: parsed.GetValue(_key));
    }

    private static List<int> Steps(string? text)
    {
        if (text is null)
        {
            return [];
        }

        var steps = text.Split(',', StringSplitOptions.TrimEntries)
            .Select(step => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : 0)
            .ToList();
        return steps.Contains(0)
            ? throw new CommandException(ExitCode.Usage, $"--ramp must be numbers of items with commas between them, as 1,5,20; not '{text}'.")
            : steps;
    }
}

/// <summary>How a plan is applied, and what follows.</summary>
/// <param name="WaitsForOutcome">Null is as the operation does by itself.</param>
internal sealed record JobRequest(
    string? Reason,
    string RequestedBy,
    int? Parallelism,
    double? ItemsPerSecond,
    IReadOnlyList<int> Ramp,
    double? FailureThreshold,
    bool? WaitsForOutcome,
    bool IsDryRun,
    bool IsConfirmed,
    bool Waits,
    TimeSpan? Timeout,
    string? IdempotencyKey)
{
    /// <param name="confirmed">The number of items, for an operation that cannot be undone.</param>
    public JsonObject ToJson(string planId, int? confirmed) =>
        new JsonObject { ["planId"] = planId, ["reason"] = Reason, ["requestedBy"] = RequestedBy }
            .With("pace", new JsonObject().With("parallelism", Parallelism).With("itemsPerSecond", ItemsPerSecond))
            .With("ramp", new JsonArray([.. Ramp.Select(step => JsonValue.Create(step))]))
            .With("failureThreshold", FailureThreshold)
            .With("waitForOutcome", WaitsForOutcome)
            .With("confirm", confirmed);
}
