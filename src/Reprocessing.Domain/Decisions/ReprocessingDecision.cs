namespace Reprocessing.Domain.Decisions;

/// <summary>What a run does with an order.</summary>
public abstract record ReprocessingDecision
{
    private ReprocessingDecision()
    {
    }

    public sealed record Restart : ReprocessingDecision;

    public sealed record DeadLetter : ReprocessingDecision;

    public sealed record Skip(SkipReason Reason) : ReprocessingDecision;
}
