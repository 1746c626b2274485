using Reprocessing.Storage.Starts;

namespace ReprocessingFunctions.Runs;

/// <summary>
/// Starts the workflows whose start was decided a while ago and that have not begun: the process died in between, or the start
/// failed. Stops after a time of its own; what is left is the next one's.
/// </summary>
internal sealed class InterruptedStarts(
    IPendingStarts pending,
    RestartStarter starter,
    IOptions<ReprocessingOptions> options,
    TimeProvider time,
    ILogger<InterruptedStarts> logger)
{
    private const int PageSize = 100;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(60);

    /// <param name="by">The run, or what else looks, for the log.</param>
    /// <returns>How many of the workflows exist now.</returns>
    public async Task<int> FinishAsync(string by, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var decidedBefore = time.GetUtcNow() - options.Value.InterruptedStartAge;
        var finished = 0;
        string? token = null;
        do
        {
            var page = await pending.ListAsync(decidedBefore, PageSize, token, cancellationToken);
            var left = await starter.FinishAllAsync(client, page.Items, cancellationToken);
            finished += page.Items.Count - left.Count;
            token = page.Next;
        }
        while (token is not null && time.GetElapsedTime(begun) < Budget);

        if (finished > 0)
        {
            logger.InterruptedStartsFinished(by, finished);
        }

        return finished;
    }
}
