using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Leases;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Jobs;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>Tells what became of the workflows that a job has started, from their orders.</summary>
internal sealed class DeadLetterWatch(IOrderStore orders, ILeases leases, TimeProvider time)
{
    private const int ReadsAtOnce = 16;

    public async Task<IReadOnlyList<ItemResult>> LookAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        var found = new Order?[request.Items.Count];
        await Parallel.ForAsync(
            0,
            found.Length,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (index, token) => found[index] = await orders.GetAsync(request.Items[index].Id, token));
        await HoldAsync(request, found, cancellationToken);
        return [.. request.Items.Zip(found).Select(pair => Result(request.JobId, pair.First, pair.Second))];
    }

    internal static ItemResult Result(string jobId, ItemRef item, Order? order)
    {
        if (order is null)
        {
            return new(item.Id, ItemState.Failed, ItemReasons.NotFound, $"There is no order {item.Id}.");
        }

        if (order.Attempts.LastOrDefault(attempt => attempt.RunId == jobId && attempt.JobAttempt == item.Attempt) is not { } made)
        {
            return new(item.Id, ItemState.Failed, ItemReasons.ProcessingFailed, $"Order {item.Id} knows of no such attempt.");
        }

        var result = new ItemResult(item.Id, ItemState.Running) { WorkflowId = made.WorkflowId };
        if (made.Failure is { } failure)
        {
            return result with { State = ItemState.Failed, Reason = ItemReasons.ProcessingFailed, Message = failure.Reason, Fingerprint = failure.Fingerprint };
        }

        if (order.WorkflowId == made.WorkflowId && (order.HasActiveWorkflow || order.Phase == OrderPhase.Completed))
        {
            return order.Phase == OrderPhase.Completed ? result with { State = ItemState.Succeeded } : result;
        }

        return result with { State = ItemState.Failed, Reason = ItemReasons.Superseded, Message = $"Order {item.Id} is {order.Status}." };
    }

    /// <summary>Only what is half over: a lease that was made longer each time would cost a write an order a second.</summary>
    private async Task HoldAsync(ProcessRequest request, Order?[] found, CancellationToken cancellationToken)
    {
        if (request.HoldUntil is not { } until)
        {
            return;
        }

        var halfway = time.GetUtcNow() + ((until - time.GetUtcNow()) / 2);
        List<string> ending = [.. found.OfType<Order>().Where(order => IsHeld(order, request.JobId) && order.Lease!.Until < halfway).Select(order => order.OrderId)];
        if (ending.Count > 0)
        {
            await leases.TakeAsync(request.JobId, ending, until, order => IsHeld(order, request.JobId), cancellationToken);
        }
    }

    private static bool IsHeld(Order order, string jobId) => order.Lease?.Owner == jobId && !order.HasEnded;
}
