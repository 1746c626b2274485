using Microsoft.Azure.Functions.Worker;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Fulfillment;

internal sealed record CompleteOrderInput(string OrderId, string WorkflowId) : TimedInput;

/// <summary>Ends the order well, which clears its retry count.</summary>
internal sealed class CompleteOrder(IOrderStore orders, TimeProvider time)
{
    /// <returns>False when the order belongs to another workflow by now, or is cancelled.</returns>
    [Function(nameof(CompleteOrder))]
    public Task<bool> RunAsync([ActivityTrigger] CompleteOrderInput input, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => CompleteAsync(input, token), cancellationToken);

    private async Task<bool> CompleteAsync(CompleteOrderInput input, CancellationToken cancellationToken) =>
        await orders.CompleteAsync(input.OrderId, input.WorkflowId, cancellationToken) is ChangeOutcome.Changed or ChangeOutcome.Unchanged;
}
