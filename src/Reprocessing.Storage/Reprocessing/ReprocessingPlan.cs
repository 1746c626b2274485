using Azure.Data.Tables;
using Reprocessing.Domain.Decisions;
using Reprocessing.Storage.Transactions;

namespace Reprocessing.Storage.Reprocessing;

/// <summary>What is to be done with one order of a chunk.</summary>
internal abstract record ReprocessingPlan
{
    private ReprocessingPlan()
    {
    }

    /// <summary>Store the unit, and this is the outcome.</summary>
    public sealed record Act(Unit<OrderOutcome> Unit) : ReprocessingPlan;

    /// <summary>Nothing is to be stored.</summary>
    public sealed record Settled(OrderOutcome Outcome) : ReprocessingPlan;

    /// <summary>The due row is gone or says to leave the order alone: what became of it stands on the order.</summary>
    public sealed record LookAgain : ReprocessingPlan;

    public static Act Store(OrderOutcome outcome, IReadOnlyList<TableTransactionAction> actions) => new(new(outcome, actions));
}
