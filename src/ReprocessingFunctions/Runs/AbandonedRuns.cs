namespace ReprocessingFunctions.Runs;

/// <summary>
/// Runs that are listed as running although another one begins: their batch was terminated or purged from outside, and nobody
/// recorded their end.
/// </summary>
internal sealed class AbandonedRuns(IResultStore results, IJobStore jobs, TimeProvider time, ILogger<AbandonedRuns> logger)
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
            await EndJobAsync(run.RunId, result, cancellationToken);
            await results.SaveAsync(run with { State = RunState.Failed, Result = result, Error = Error }, cancellationToken);
            logger.RunFailed(run.RunId, result.FoundCount, Error);
        }
    }

    private Task<JobRecord?> EndJobAsync(string runId, ReprocessingResult result, CancellationToken cancellationToken) => jobs.EditAsync(
        runId,
        job => job.State.HasEnded() ? null : job with
        {
            State = JobState.Failed,
            StateReason = Error,
            EndedAt = result.CompletedAt,
            Tally = result.Tally,
        },
        cancellationToken);

    private static async Task<ReprocessingResult?> ReadProgressAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        foreach (var instanceId in JobInstances.Children(runId))
        {
            var child = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
            if (child.ReadJobStatus() is { } status)
            {
                return status.Result;
            }
        }

        return null;
    }
}
