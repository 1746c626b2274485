namespace Reprocessing.Functions.Orders;

/// <summary>Ends the workflow of an order that has been taken from it, so that it does not ask the warehouse for another stage.</summary>
/// <remarks>Where the process dies before it comes here, the workflow runs on, stores nothing, and learns at a later stage that the order is no longer its own.</remarks>
internal sealed class OrderWorkflowEnd(ILogger<OrderWorkflowEnd> logger)
{
    /// <param name="workflowId">The order may have been restarted since, and has another one then.</param>
    public async Task EndAsync(DurableTaskClient client, Order order, string? workflowId, string? reason, CancellationToken cancellationToken)
    {
        if (order.Attempts.LastOrDefault(one => one.WorkflowId == workflowId) is not { IsExternal: not true } attempt
            || workflowId != WorkflowIds.For(order.OrderId, attempt.Generation, attempt.Number))
        {
            return;
        }

        try
        {
            await client.TerminateInstanceAsync(workflowId, new TerminateInstanceOptions(reason), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // It has ended by itself, as a rule.
            logger.WorkflowNotEnded(e, order.OrderId, workflowId);
        }
    }
}
