namespace Reprocessing.Domain.Jobs;

/// <summary>
/// A cautious start: one item, then five, then twenty. Each step waits for the outcomes of its items, and the job pauses when too many
/// failed. After the last step the rest follows at once. Only an item with an outcome is evidence: one that was skipped makes room for another.
/// </summary>
/// <param name="Threshold">Share of a step's items that may fail.</param>
/// <param name="Begun">Of this step, like the counts after it.</param>
public sealed record RampPlan(IReadOnlyList<int> Steps, double Threshold, int Step = 0, int Begun = 0, int Ended = 0, int Failed = 0)
{
    public static RampPlan None { get; } = new([], 1);

    [JsonIgnore]
    public bool IsRamping => Step < Steps.Count;

    [JsonIgnore]
    public int Allowance => IsRamping ? Math.Max(0, Steps[Step] - Begun) : int.MaxValue;

    [JsonIgnore]
    public bool IsStepOver => IsRamping && Begun >= Steps[Step] && Ended >= Begun;

    [JsonIgnore]
    public bool HasFailedTooOften => Failed > Threshold * Ended;

    public RampPlan Begin(int items) => IsRamping ? this with { Begun = Begun + items } : this;

    public RampPlan Return(int items) => IsRamping ? this with { Begun = Math.Max(0, Begun - items) } : this;

    public RampPlan End(ItemState outcome) => !IsRamping ? this : outcome is not (ItemState.Succeeded or ItemState.DeadLettered or ItemState.Failed) ? Return(1) : this with
    {
        Ended = Ended + 1,
        Failed = Failed + (outcome == ItemState.Failed ? 1 : 0),
    };

    public RampPlan Next() => new(Steps, Threshold, Step + 1);
}
