using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Runs;
using Reprocessing.Storage.Results;

namespace ReprocessingFunctions.Runs;

/// <summary>
/// Runs that are listed as running although another one begins: their batch was terminated or purged from outside, and nobody
/// recorded their end.
/// </summary>
internal sealed class AbandonedRuns(IResultStore results, TimeProvider time, ILogger<AbandonedRuns> logger)
{
    // Each run closes what it finds, so there is at most one; a few more are looked at for those of earlier versions.
    private const int NewestRuns = 5;

    private const string Error = "The run was ended from outside before it could record its result.";

    public async Task CloseAsync(DurableTaskClient client, string currentRunId, CancellationToken cancellationToken)
    {
        var newest = await results.ListAsync(NewestRuns, token: null, cancellationToken);
        foreach (var run in newest.Items.Where(run => run.State == RunState.Running && run.RunId != currentRunId))
        {
            var progress = await ReadProgressAsync(client, run.RunId, cancellationToken) ?? run.Result;
            var result = progress.Complete(time.GetUtcNow(), StopReason.Failed);
            await results.SaveAsync(run with { State = RunState.Failed, Result = result, Error = Error }, cancellationToken);
            logger.RunFailed(run.RunId, result.FoundCount, Error);
        }
    }

    private static async Task<ReprocessingResult?> ReadProgressAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        for (var attempt = ReprocessingBatchOrchestrator.Attempts; attempt > 0; attempt--)
        {
            var child = await client.GetInstanceAsync(RunIds.Child(runId, attempt), getInputsAndOutputs: true, cancellationToken);
            if (child.ReadRunStatus() is { } status)
            {
                return status.Result;
            }
        }

        return null;
    }
}
