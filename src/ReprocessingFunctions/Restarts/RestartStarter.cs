using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Orders;
using ReprocessingFunctions.Observability;
using ReprocessingFunctions.Runs;

namespace ReprocessingFunctions.Restarts;

/// <summary>
/// Starts the workflows of decided starts. One that cannot be started is logged and left: its decision is stored, and the next
/// run takes it up without burning another retry.
/// </summary>
internal sealed class RestartStarter(
    IRestartTarget target, IOptions<ReprocessingOptions> options, ReprocessingMetrics metrics, ILogger<RestartStarter> logger)
{
    private readonly int _parallelism = options.Value.StartParallelism;

    /// <summary>How many of the workflows exist afterwards.</summary>
    public Task<int> StartAllAsync(DurableTaskClient client, IReadOnlyCollection<OrderStart> starts, CancellationToken cancellationToken) =>
        StartAllAsync(client, starts, isInterrupted: false, cancellationToken);

    /// <summary>The same for workflows that were to start long ago and have not begun.</summary>
    public Task<int> FinishAllAsync(DurableTaskClient client, IReadOnlyCollection<OrderStart> starts, CancellationToken cancellationToken) =>
        StartAllAsync(client, starts, isInterrupted: true, cancellationToken);

    private async Task<int> StartAllAsync(
        DurableTaskClient client, IReadOnlyCollection<OrderStart> starts, bool isInterrupted, CancellationToken cancellationToken)
    {
        var started = 0;
        await Parallel.ForEachAsync(
            starts,
            new ParallelOptions { MaxDegreeOfParallelism = _parallelism, CancellationToken = cancellationToken },
            async (start, token) =>
            {
                if (await TryStartAsync(client, start, isInterrupted, token))
                {
                    Interlocked.Increment(ref started);
                }
            });
        return started;
    }

    private async Task<bool> TryStartAsync(
        DurableTaskClient client, OrderStart start, bool isInterrupted, CancellationToken cancellationToken)
    {
        try
        {
            await target.StartAsync(client, start, isInterrupted, cancellationToken);
            metrics.WorkflowStarted(start.IsFirst ? "order" : "run", errorType: null);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.WorkflowStarted(start.IsFirst ? "order" : "run", e.GetType().Name);
            logger.WorkflowNotStarted(e, start.OrderId, start.WorkflowId);
            return false;
        }
    }
}
