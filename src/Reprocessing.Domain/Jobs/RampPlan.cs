namespace Reprocessing.Domain.Jobs;

/// <summary>
/// A cautious beginning: one item, then five, then twenty; each step waits for what became of its items, and the job pauses by
/// itself when too many failed. After the last step the rest goes without steps.
/// </summary>
/// <param name="Steps">How many items each step takes.</param>
/// <param name="Threshold">Share of a step's items that may fail; skipped ones count on neither side.</param>
/// <param name="Step">From 0; the number of steps when they are all over.</param>
/// <param name="Begun">Of this step, like the counts after it.</param>
public sealed record RampPlan(
    IReadOnlyList<int> Steps, double Threshold, int Step = 0, int Begun = 0, int Ended = 0, int Failed = 0, int Skipped = 0)
{
    public static RampPlan None { get; } = new([], 1);

    [JsonIgnore]
    public bool IsRamping => Step < Steps.Count;

    /// <summary>How many more items may be begun before this step's are waited for.</summary>
    [JsonIgnore]
    public int Allowance => IsRamping ? Math.Max(0, Steps[Step] - Begun) : int.MaxValue;

    [JsonIgnore]
    public bool IsStepOver => IsRamping && Begun >= Steps[Step] && Ended >= Begun;

    [JsonIgnore]
    public bool HasFailedTooOften => Failed > 0 && Failed > Threshold * (Ended - Skipped);

    public RampPlan Begin(int items) => IsRamping ? this with { Begun = Begun + items } : this;

    /// <summary>They were not touched after all.</summary>
    public RampPlan Return(int items) => IsRamping ? this with { Begun = Math.Max(0, Begun - items) } : this;

    /// <summary>Only of items that have an outcome.</summary>
    public RampPlan End(ItemState outcome) => !IsRamping ? this : this with
    {
        Ended = Ended + 1,
        Failed = Failed + (outcome == ItemState.Failed ? 1 : 0),
        Skipped = Skipped + (outcome == ItemState.Skipped ? 1 : 0),
    };

    public RampPlan Next() => new(Steps, Threshold, Step + 1);
}
