using Reprocessing.Domain.Orders;

namespace Reprocessing.Storage.Orders;

public abstract record ChangeOutcome
{
    private ChangeOutcome()
    {
    }

    public sealed record Changed(Order Order) : ChangeOutcome;

    /// <summary>It had been so before.</summary>
    public sealed record Unchanged(Order Order) : ChangeOutcome;

    public sealed record Refused(Refusal Reason, string Message) : ChangeOutcome;

    public sealed record NotFound : ChangeOutcome;
}
