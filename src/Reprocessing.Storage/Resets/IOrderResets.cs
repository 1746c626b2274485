using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Resets;
using Reprocessing.Storage.DeadLetters;

namespace Reprocessing.Storage.Resets;

/// <summary>Takes orders back to an earlier point of their workflow; a dead letter that is open is resolved with it.</summary>
public interface IOrderResets
{
    /// <summary>
    /// Decided on the orders as they are stored at that moment. The same job again changes nothing and is answered the same. The
    /// caller ends the old workflows and starts those of <see cref="ActedItem.Start"/>; a start that it does not get to is found among
    /// the pending ones by the next run.
    /// </summary>
    /// <returns>A result an order, in the order given; its id is the order's.</returns>
    Task<IReadOnlyList<ActedItem>> ResetAsync(Act act, ResetRule rule, IReadOnlyList<OrderReset> workflows, CancellationToken cancellationToken);
}

/// <param name="WorkflowId">The workflow that is to be reset; only the order's own is.</param>
public sealed record OrderReset(string OrderId, string WorkflowId);
