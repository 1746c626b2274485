namespace ReprocessingFunctions.Restarts;

/// <summary>
/// Starts the workflows of decided starts. One that cannot be started is logged and left: its decision is stored, and the next
/// look at pending starts (<see cref="InterruptedStarts"/>) takes it up without burning another retry.
/// </summary>
internal sealed class RestartStarter(
    IRestartTarget target, IOptions<ReprocessingOptions> options, ReprocessingMetrics metrics, ILogger<RestartStarter> logger)
{
    private readonly int _parallelism = options.Value.StartParallelism;

    /// <returns>The ids of the orders whose workflow could not be started; of all others it exists.</returns>
    public Task<IReadOnlyCollection<string>> StartAllAsync(
        DurableTaskClient client, IReadOnlyCollection<OrderStart> starts, CancellationToken cancellationToken) =>
        StartAllAsync(client, starts, isInterrupted: false, cancellationToken);

    /// <summary>The same for workflows that were to start long ago and have not begun.</summary>
    public Task<IReadOnlyCollection<string>> FinishAllAsync(
        DurableTaskClient client, IReadOnlyCollection<OrderStart> starts, CancellationToken cancellationToken) =>
        StartAllAsync(client, starts, isInterrupted: true, cancellationToken);

    private async Task<IReadOnlyCollection<string>> StartAllAsync(
        DurableTaskClient client, IReadOnlyCollection<OrderStart> starts, bool isInterrupted, CancellationToken cancellationToken)
    {
        var left = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            starts,
            new ParallelOptions { MaxDegreeOfParallelism = _parallelism, CancellationToken = cancellationToken },
            async (start, token) =>
            {
                if (!await TryStartAsync(client, start, isInterrupted, token))
                {
                    left.Add(start.OrderId);
                }
            });
        return left.ToHashSet(StringComparer.Ordinal);
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

internal static class RefusedStart
{
    /// <summary>What was decided stands; that nobody has taken the start over yet is told.</summary>
    public static ItemResult NotStarted(this ItemResult result) => result with
    {
        State = ItemState.Failed,
        Reason = ItemReasons.NotStarted,
        Message = $"The start of {result.WorkflowId} was not accepted. The order waits for it as pending_retry; it is tried again under the same id.",
    };
}
