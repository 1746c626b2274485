namespace Reprocessing.Functions.Restarts;

/// <summary>A workflow that cannot be started is logged and left: its decision is stored, and <see cref="InterruptedStarts"/> takes it up without using another retry.</summary>
internal sealed class RestartStarter(
    IRestartTarget target, IOptions<ReprocessingOptions> options, ReprocessingMetrics metrics, ILogger<RestartStarter> logger)
{
    /// <param name="isInterrupted">They were to start long ago and have not begun.</param>
    /// <param name="isCalledAgain">When it throws. What an engine that goes down leaves, the next process starts at once, if it is called.</param>
    /// <returns>The ids of the orders whose workflow could not be started, and why; of all others it exists.</returns>
    public async Task<IReadOnlyDictionary<string, string>> StartAllAsync(
        DurableTaskClient client, IReadOnlyList<OrderStart> starts, CancellationToken cancellationToken, bool isInterrupted = false, bool isCalledAgain = true)
    {
        var started = await starts.SelectParallelAsync(
            options.Value.StartParallelism, (start, token) => TryStartAsync(client, start, isInterrupted, isCalledAgain, token), cancellationToken);
        return starts.Zip(started).Where(pair => pair.Second is not null)
            .DistinctBy(pair => pair.First.OrderId)
            .ToDictionary(pair => pair.First.OrderId, pair => pair.Second!, StringComparer.Ordinal);
    }

    /// <returns>Null when the workflow exists.</returns>
    private async Task<string?> TryStartAsync(
        DurableTaskClient client, OrderStart start, bool isInterrupted, bool isCalledAgain, CancellationToken cancellationToken)
    {
        Exception? fault = null;
        using var span = Telemetry.StartAttempt(start);
        try
        {
            await target.StartAsync(client, start, isInterrupted, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && !(isCalledAgain && e is EngineSilentException))
        {
            fault = e;
            span.Fail(e.GetType().Name);
            logger.WorkflowNotStarted(e, start.OrderId, start.WorkflowId);
        }

        metrics.WorkflowStarted(start.IsFirst ? "order" : "run", fault?.GetType().Name);
        return fault is null ? null : (fault as RestartNotAcceptedException)?.Response ?? fault.Message;
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
