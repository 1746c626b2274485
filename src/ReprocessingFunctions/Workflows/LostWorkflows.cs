using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Restarts;

namespace ReprocessingFunctions.Workflows;

/// <summary>Records the failure of orders in progress whose workflow ended and did not say so, and so makes them due again.</summary>
internal sealed class LostWorkflows(
    IOrderStore orders, RetryStrategy backoff, IOptions<RestartOptions> restarts, TimeProvider time, ILogger<LostWorkflows> logger)
{
    private readonly bool _isOutsideUnlessSaid = restarts.Value.Target == RestartTargetKind.Webhook;

    /// <param name="order">In progress.</param>
    /// <param name="instance">Its workflow as the engine knows it, ended; null when the engine knows none.</param>
    public async Task ReportAsync(Order order, OrchestrationMetadata? instance, CancellationToken cancellationToken)
    {
        // What an outside service has in hand no engine knows: it is not gone, and the service says how it ends. Somebody who holds the
        // order is at work on it and may have ended the workflow for that.
        if ((instance is null && IsExternal(order)) || (order.Lease is { } lease && lease.Until > time.GetUtcNow()))
        {
            return;
        }

        var what = instance is null ? "is gone" : $"has ended as {instance.RuntimeStatus}";
        var report = new FailureReport(
            order.OrderId,
            FailureStatuses.Of(StageAfter(order.Checkpoint), timedOut: false),
            order.WorkflowId!,
            instance?.LastUpdatedAt ?? time.GetUtcNow(),
            $"The workflow {what} without a word to its order.",
            ErrorType.Unknown);
        if (await orders.RecordFailureAsync(report, backoff, cancellationToken) is ChangeOutcome.Changed)
        {
            logger.WorkflowLost(order.OrderId, report.WorkflowId, what);
        }
    }

    private bool IsExternal(Order order) =>
        order.Attempts is [.., var last] && (last.IsExternal ?? _isOutsideUnlessSaid);

    /// <summary>Never the first: a workflow that was ended during validation says nothing against the order, which is to be tried again.</summary>
    private static Stage StageAfter(Stage? checkpoint) =>
        Stages.After(checkpoint) is { } next ? next == Stage.Validate ? Stage.Plan : next : Stage.Ship;
}
