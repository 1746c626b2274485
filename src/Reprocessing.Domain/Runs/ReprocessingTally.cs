using System.Text.Json.Serialization;
using Reprocessing.Domain.Decisions;

namespace Reprocessing.Domain.Runs;

/// <summary>The counts of a chunk or a slice; small enough for an activity result.</summary>
public sealed record ReprocessingTally(int Found = 0, int Restarted = 0, int DeadLettered = 0, int Errors = 0, int Skipped = 0)
{
    public static ReprocessingTally Zero { get; } = new();

    /// <summary>Every order that was found has exactly one outcome.</summary>
    [JsonIgnore]
    public bool IsBalanced => Found == Restarted + DeadLettered + Errors + Skipped;

    public static ReprocessingTally Of(IEnumerable<OrderOutcome> outcomes) => outcomes.Aggregate(Zero, (tally, outcome) => tally.Add(outcome));

    public ReprocessingTally Add(OrderOutcome outcome) => outcome switch
    {
        OrderOutcome.Restarted => this with { Found = Found + 1, Restarted = Restarted + 1 },
        OrderOutcome.DeadLettered => this with { Found = Found + 1, DeadLettered = DeadLettered + 1 },
        OrderOutcome.Skipped => this with { Found = Found + 1, Skipped = Skipped + 1 },
        OrderOutcome.Failed => this with { Found = Found + 1, Errors = Errors + 1 },
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No such outcome."),
    };

    public ReprocessingTally Add(ReprocessingTally other) => new(
        Found + other.Found,
        Restarted + other.Restarted,
        DeadLettered + other.DeadLettered,
        Errors + other.Errors,
        Skipped + other.Skipped);
}
