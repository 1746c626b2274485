namespace Reprocessing.Domain.Jobs;

/// <summary>
/// Stops a job while a dependency is down: five failures in a row pause it for half a minute, then single items test whether it works
/// again. It counts attempts rather than items: by the time that an item has no attempt left, as many others would have been begun
/// as a job may have in progress. Immutable, so that it survives continue-as-new.
/// </summary>
/// <param name="Openings">In total; at the third the job gives up.</param>
/// <param name="IsTrying">A trial of the half-open state was begun; until then, ending attempts belong to the time before.</param>
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
    public bool IsExhausted => Openings >= MaxOpenings;

    public CircuitBreaker At(DateTimeOffset now) =>
        State == CircuitState.Open && !IsExhausted && now >= OpenUntil
            ? this with { State = CircuitState.HalfOpen, TrialSuccesses = 0, OpenUntil = null }
            : this;

    /// <param name="underWay">Items without an outcome. A trial waits for them, so that its outcome is its own.</param>
    public int Allowance(int underWay) => State switch
    {
        CircuitState.Closed => int.MaxValue,
        CircuitState.HalfOpen when underWay == 0 => 1,
        _ => 0,
    };

    public CircuitBreaker Begin() => State == CircuitState.HalfOpen ? this with { IsTrying = true } : this;

    /// <summary>Outcomes other than success and failure say nothing about the dependency; where none is waited for, an accepted start is a success.</summary>
    /// <param name="attempt">While closed, only an item's first failure counts: else a job of three bad items would stop before each had its attempts.</param>
    public CircuitBreaker Record(ItemState outcome, DateTimeOffset now, int attempt = 1) => (State, outcome) switch
    {
        (CircuitState.Closed, ItemState.Failed) when attempt > 1 => this,
        (CircuitState.HalfOpen, _) when !IsTrying => this,
        (CircuitState.Closed, ItemState.Failed) when Failures + 1 < FailuresToOpen => this with { Failures = Failures + 1 },
        (CircuitState.Closed or CircuitState.HalfOpen, ItemState.Failed) => Open(now),

        // While open, only earlier attempts end.
        (CircuitState.Open, _) or (_, not (ItemState.Succeeded or ItemState.DeadLettered or ItemState.Started)) => this,
        (CircuitState.Closed, _) => this with { Failures = 0 },
        _ when TrialSuccesses + 1 >= SuccessesToClose => new(Openings: Openings),
        _ => this with { TrialSuccesses = TrialSuccesses + 1 },
    };

    private CircuitBreaker Open(DateTimeOffset now) => new(CircuitState.Open, Openings: Openings + 1, OpenUntil: now + OpenFor);
}

[JsonConverter(typeof(EnumNameConverter<CircuitState>))]
public enum CircuitState
{
    Closed,
    Open,
    HalfOpen,
}
