using Reprocessing.Domain.Orders;

namespace Reprocessing.Domain.Decisions;

/// <summary>What one run goes by.</summary>
/// <param name="MaxRetries">Restarts an order gets; one failure more makes it a dead letter.</param>
/// <param name="FailureStatuses">Those that the run takes.</param>
public sealed record ReprocessingRule(string RunId, int MaxRetries, IReadOnlyCollection<string> FailureStatuses)
{
    /// <summary>Made on the order as it is stored at the moment of acting, never on what a listing said before.</summary>
    public ReprocessingDecision Decide(Order order, DateTimeOffset now)
    {
        if (order.LastRun?.RunId == RunId)
        {
            return new ReprocessingDecision.Skip(SkipReason.AlreadyInRun);
        }

        if (order.HasActiveWorkflow)
        {
            return new ReprocessingDecision.Skip(SkipReason.ActiveWorkflow);
        }

        if (order.Phase != OrderPhase.Failed || !FailureStatuses.Contains(order.Status))
        {
            return new ReprocessingDecision.Skip(SkipReason.NotFailed);
        }

        if (order.Lease?.Excludes(RunId, now) == true)
        {
            return new ReprocessingDecision.Skip(SkipReason.Leased);
        }

        if (order.DueAt > now)
        {
            return new ReprocessingDecision.Skip(SkipReason.NotDue);
        }

        return order.RetryCount < MaxRetries ? new ReprocessingDecision.Restart() : new ReprocessingDecision.DeadLetter();
    }
}
