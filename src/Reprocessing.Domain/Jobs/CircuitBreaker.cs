namespace Reprocessing.Domain.Jobs;

/// <summary>
/// Keeps a job from beating on something that is broken: five items that fail in a row stop it for half a minute, then single items
/// try whether it works again. Told of every attempt when it ends, not of an item when it has none left: by then as many others
/// would have been begun as a job can have in its hands. Immutable, so that it travels from one generation of an orchestration to
/// the next.
/// </summary>
/// <param name="Failures">In a row, while closed.</param>
/// <param name="Openings">So far; at the third the job gives up.</param>
/// <param name="TrialSuccesses">While half open.</param>
/// <param name="IsTrying">Half open, and a trial was begun: before that, attempts end that were begun before it opened.</param>
public sealed record CircuitBreaker(
    CircuitState State = CircuitState.Closed,
    int Failures = 0,
    int Openings = 0,
    int TrialSuccesses = 0,
    DateTimeOffset? OpenUntil = null,
    bool IsTrying = false)
{
    public const int FailuresToOpen = 5;
    public const int SuccessesToClose = 3;
    public const int MaxOpenings = 3;

    public static readonly TimeSpan OpenFor = TimeSpan.FromSeconds(30);

    [JsonIgnore]
    public bool HasGivenUp => Openings >= MaxOpenings;

    public CircuitBreaker At(DateTimeOffset now) =>
        State == CircuitState.Open && !HasGivenUp && now >= OpenUntil
            ? this with { State = CircuitState.HalfOpen, TrialSuccesses = 0, OpenUntil = null }
            : this;

    /// <summary>How many more items may be begun.</summary>
    /// <param name="underWay">Items that have no outcome yet. A trial waits for all of them, so that its outcome is its own.</param>
    public int Allowance(int underWay) => State switch
    {
        CircuitState.Closed => int.MaxValue,
        CircuitState.HalfOpen when underWay == 0 => 1,
        _ => 0,
    };

    /// <summary>Items are begun that <see cref="Allowance"/> allowed.</summary>
    public CircuitBreaker Begin() => State == CircuitState.HalfOpen ? this with { IsTrying = true } : this;

    /// <summary>Outcomes that are neither success nor failure say nothing about what the items depend on.</summary>
    /// <param name="attempt">
    /// Which one at its item has ended. While closed, an item counts when it fails for the first time: later on the fault may be its
    /// own, and a job of three items that cannot succeed would else stop before each had its attempts.
    /// </param>
    public CircuitBreaker Record(ItemState outcome, DateTimeOffset now, int attempt = 1) => (State, outcome) switch
    {
        (CircuitState.Closed, ItemState.Failed) when attempt > 1 => this,
        (CircuitState.HalfOpen, _) when !IsTrying => this,
        (CircuitState.Closed, ItemState.Failed) when Failures + 1 >= FailuresToOpen => Open(now),
        (CircuitState.Closed, ItemState.Failed) => this with { Failures = Failures + 1 },
        (CircuitState.Closed, ItemState.Succeeded or ItemState.DeadLettered) => this with { Failures = 0 },
        (CircuitState.HalfOpen, ItemState.Failed) => Open(now),
        (CircuitState.HalfOpen, ItemState.Succeeded or ItemState.DeadLettered) when TrialSuccesses + 1 >= SuccessesToClose =>
            new(Openings: Openings),
        (CircuitState.HalfOpen, ItemState.Succeeded or ItemState.DeadLettered) => this with { TrialSuccesses = TrialSuccesses + 1 },

        // While open: outcomes of attempts that were begun before.
        _ => this,
    };

    private CircuitBreaker Open(DateTimeOffset now) => new(CircuitState.Open, Openings: Openings + 1, OpenUntil: now + OpenFor);
}

[JsonConverter(typeof(EnumNameConverter<CircuitState>))]
public enum CircuitState
{
    Closed,

    /// <summary>Nothing is begun.</summary>
    Open,

    /// <summary>One item at a time tries whether it works again.</summary>
    HalfOpen,
}
