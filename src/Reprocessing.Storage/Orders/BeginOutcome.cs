using Reprocessing.Domain.Orders;

namespace Reprocessing.Storage.Orders;

public abstract record BeginOutcome
{
    private BeginOutcome()
    {
    }

    /// <param name="ResumeAt">The first stage to run; null when all were done before the workflow was cut off.</param>
    public sealed record Begun(OrderStart Start, Stage? ResumeAt) : BeginOutcome;

    public sealed record Refused(Refusal Reason, string Message) : BeginOutcome;

    public sealed record NotFound : BeginOutcome;
}
