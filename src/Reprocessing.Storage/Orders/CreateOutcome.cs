using Reprocessing.Domain.Orders;

namespace Reprocessing.Storage.Orders;

public abstract record CreateOutcome
{
    private CreateOutcome()
    {
    }

    /// <param name="Start">The workflow to start; null when none is.</param>
    public sealed record Created(Order Order, OrderStart? Start) : CreateOutcome;

    /// <summary>The same order had been created before.</summary>
    /// <param name="Start">Set while its workflow has not begun: starting it again does no harm and mends a lost start.</param>
    public sealed record AlreadyThere(Order Order, OrderStart? Start) : CreateOutcome;

    /// <summary>Another order has this id.</summary>
    public sealed record Conflict(string Message) : CreateOutcome;

    /// <summary>Nothing was stored: the input breaks rules or does not fit into a row.</summary>
    public sealed record Invalid(IReadOnlyList<InputProblem> Problems) : CreateOutcome;
}
