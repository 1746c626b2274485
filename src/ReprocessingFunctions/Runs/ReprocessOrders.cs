using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Decisions;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Runs;
using Reprocessing.Storage.Due;
using Reprocessing.Storage.Reprocessing;
using ReprocessingFunctions.Observability;
using ReprocessingFunctions.Restarts;

namespace ReprocessingFunctions.Runs;

internal sealed record ReprocessOrdersInput(ReprocessingRule Rule, DueChunk Chunk);

/// <summary>
/// Restarts or dead-letters the orders of one chunk and starts the workflows of the restarted ones. What is decided is stored
/// before anything is started; a start that does not succeed stays among the pending ones for the next run.
/// </summary>
internal sealed class ReprocessOrders(
    IReprocessor reprocessor, RestartStarter starter, ReprocessingMetrics metrics, ILogger<ReprocessOrders> logger)
{
    [Function(nameof(ReprocessOrders))]
    public async Task<ReprocessingTally> RunAsync(
        [ActivityTrigger] ReprocessOrdersInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var outcomes = await reprocessor.ProcessChunkAsync(input.Rule, input.Chunk.Orders, cancellationToken);
        var starts = outcomes.OfType<OrderOutcome.Restarted>().Select(restarted => restarted.Start).OfType<Reprocessing.Domain.Orders.OrderStart>();
        await starter.StartAllAsync(client, [.. starts], cancellationToken);

        foreach (var outcome in outcomes)
        {
            Tell(input.Rule.RunId, outcome);
        }

        var tally = ReprocessingTally.Of(outcomes);
        metrics.OrdersProcessed("restarted", tally.Restarted);
        metrics.OrdersProcessed("dead_lettered", tally.DeadLettered);
        metrics.OrdersProcessed("error", tally.Errors);
        metrics.OrdersProcessed("skipped", tally.Skipped);
        return tally;
    }

    private void Tell(string runId, OrderOutcome outcome)
    {
        switch (outcome)
        {
            case OrderOutcome.Failed failed:
                logger.OrderNotProcessed(runId, failed.OrderId, failed.Message);
                break;
            case OrderOutcome.DeadLettered deadLettered:
                logger.OrderDeadLettered(runId, deadLettered.OrderId);
                break;
            case OrderOutcome.Skipped skipped:
                logger.OrderSkipped(runId, skipped.OrderId, StableNames.Of(skipped.Reason));
                break;
            case OrderOutcome.Restarted restarted:
                logger.OrderRestarted(runId, restarted.OrderId, restarted.WorkflowId);
                break;
        }
    }
}
