using ReprocessingFunctions.Plans;

namespace ReprocessingFunctions.Jobs.Requests;

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
