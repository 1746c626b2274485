using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Storage.Starts;
using ReprocessingFunctions.Restarts;

namespace ReprocessingFunctions.Runs;

internal sealed record FinishInterruptedStartsInput(string RunId);

/// <summary>
/// Starts the workflows whose start was decided a while ago and that have not begun: the process died in between, or the start
/// failed. Stops after a time of its own; what is left is the next run's.
/// </summary>
internal sealed class FinishInterruptedStarts(
    IPendingStarts pending,
    RestartStarter starter,
    IOptions<ReprocessingOptions> options,
    TimeProvider time,
    ILogger<FinishInterruptedStarts> logger)
{
    private const int PageSize = 100;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(60);

    [Function(nameof(FinishInterruptedStarts))]
    public async Task<int> RunAsync(
        [ActivityTrigger] FinishInterruptedStartsInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var decidedBefore = time.GetUtcNow() - options.Value.InterruptedStartAge;
        var finished = 0;
        string? token = null;
        do
        {
            var page = await pending.ListAsync(decidedBefore, PageSize, token, cancellationToken);
            finished += await starter.FinishAllAsync(client, page.Items, cancellationToken);
            token = page.Next;
        }
        while (token is not null && time.GetElapsedTime(begun) < Budget);

        if (finished > 0)
        {
            logger.InterruptedStartsFinished(input.RunId, finished);
        }

        return finished;
    }
}
