using ReprocessingFunctions.Fulfillment;

namespace ReprocessingFunctions.Restarts;

/// <summary>Starts this app's own order workflow.</summary>
internal sealed class OrderWorkflowTarget(IOptions<FulfillmentOptions> options) : IRestartTarget
{
    private static readonly OrchestrationRuntimeStatus[] Active =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    private static readonly OrchestrationRuntimeStatus[] Any = [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses];

    private readonly FulfillmentOptions _options = options.Value;

    public async Task StartAsync(DurableTaskClient client, OrderStart start, bool isInterrupted, CancellationToken cancellationToken)
    {
        var from = start.IsFirst ? RestartPoint.Beginning : start.Modifications?.From ?? _options.RestartFrom;
        var input = new OrderFulfillmentInput(
            start.OrderId,
            start.WorkflowId,
            start.Attempt,
            start.Generation,
            start.Input,
            from,
            (from == RestartPoint.FailedStage ? Stages.After(start.Checkpoint) : Stage.Validate) ?? Stage.Ship,
            start.Modifications?.StageTimeout ?? _options.StageTimeout);
        var once = new StartOrchestrationOptions(start.WorkflowId).WithDedupeStatuses(isInterrupted ? Active : Any);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(OrderFulfillmentOrchestrator), input, once, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The type of a refused start differs between engines and their releases; what exists does not.
            if (!await ExistsAsync(client, start.WorkflowId, isInterrupted, cancellationToken))
            {
                throw;
            }
        }
    }

    private static async Task<bool> ExistsAsync(
        DurableTaskClient client, string workflowId, bool isInterrupted, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(workflowId, cancellationToken) is { } instance && !(isInterrupted && instance.IsCompleted);
}
