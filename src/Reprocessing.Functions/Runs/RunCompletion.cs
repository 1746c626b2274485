namespace Reprocessing.Functions.Runs;

internal sealed record CompleteRunInput(ReprocessingRule Rule, ReprocessingResult Result, string? Error);

// The last chunk completes the run before it starts its workflows, so that the end of a run does not queue behind the hundreds that it has started. If the
// process dies in between, it is done again and nothing is told twice.
internal sealed class RunCompletion(
    IJobStore jobs,
    JobCount count,
    IResultStore results,
    DueCount due,
    IOptions<AlertThresholds> thresholds,
    AlertUpdates updates,
    IAuditLog audit,
    ReprocessingMetrics metrics,
    TimeProvider time,
    ILogger<RunCompletion> logger)
{
    [Function(nameof(CompleteRun))]
    public async Task<ReprocessingResult> CompleteRun(
        [ActivityTrigger] CompleteRunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var progress = await jobs.GetProgressAsync(input.Rule.RunId, cancellationToken);
        return await CompleteAsync(client, input, progress, cancellationToken);
    }

    public async Task<ReprocessingResult?> TryCompleteAsync(
        DurableTaskClient client, ReprocessingRule rule, ChunkKey chunk, LastSlice last, CancellationToken cancellationToken)
    {
        var progress = await jobs.GetProgressAsync(rule.RunId, cancellationToken);
        var isWhole = progress.Tally.Found == last.Result.FoundCount
            && progress.ChunksOfLast == last.Chunks
            && progress.Last == chunk with { Chunk = 0 };
        return isWhole ? await CompleteAsync(client, new(rule, last.Result, Error: null), progress, cancellationToken) : null;
    }

    private async Task<ReprocessingResult> CompleteAsync(
        DurableTaskClient client, CompleteRunInput end, RunProgress progress, CancellationToken cancellationToken)
    {
        var runId = end.Rule.RunId;
        var job = await jobs.GetAsync(runId, cancellationToken) ?? throw new InvalidOperationException($"There is no run '{runId}'.");
        if (!job.State.HasEnded())
        {
            job = await StoreAsync(job, end, ResultOf(end, progress.Tally), cancellationToken);
        }

        await audit.PublishEndAsync(job, cancellationToken);
        await updates.ApplyAsync(client, job.Run!.Alerts, complete: [], job.EndedAt ?? job.CreatedAt, cancellationToken);
        return job.Run.Result;
    }

    private ReprocessingResult ResultOf(CompleteRunInput end, ItemTally stored)
    {
        // What was found and could not even be recorded has failed.
        var lost = Math.Max(0, end.Result.FoundCount - stored.Found);
        return end.Result
            .With(stored with { Found = stored.Found + lost, Failed = stored.Failed + lost })
            .Complete(time.GetUtcNow(), end.Result.StopReason ?? (end.Error is null ? StopReason.Drained : StopReason.Failed));
    }

    private async Task<JobRecord> StoreAsync(JobRecord job, CompleteRunInput end, ReprocessingResult result, CancellationToken cancellationToken)
    {
        var alerts = await EvaluateAsync(end.Rule, job.Run!.Cap, result, cancellationToken);
        var patterns = result.ErrorCount == 0 ? job.ErrorPatterns : await count.PatternsAsync(job.JobId, result.ErrorCount, cancellationToken);
        var ending = JobEnd.Of(job.Operation, result.Tally, notStarted: 0, result.StopReason, end.Error);
        var isMine = false;
        var ended = await jobs.EditAsync(
            job.JobId,
            stored => (isMine = !stored.State.HasEnded()) ? stored.End(ending, result.CompletedAt, result.Tally) with
            {
                ErrorPatterns = patterns,
                Run = stored.Run! with { Result = result, Error = end.Error, Alerts = alerts },
            } : null,
            cancellationToken) ?? job;
        if (isMine)
        {
            Report(ended);
        }

        return ended;
    }

    private async Task<IReadOnlyList<AlertCondition>> EvaluateAsync(
        ReprocessingRule rule, int cap, ReprocessingResult result, CancellationToken cancellationToken)
    {
        var earlier = await results.ListAsync(thresholds.Value.FullRunsInARow + 1, token: null, cancellationToken);
        var loads = earlier.Items
            .Where(run => run.JobId != rule.RunId)
            .Select(run => new RunLoad(run.Tally.Found, run.Run!.Cap))
            .Prepend(new(result.FoundCount, cap));
        var waiting = await due.TryCountAsync(rule, thresholds.Value.Backlog + 1, cancellationToken);
        return AlertRules.OfRun(result, AlertRules.FullRunsInARow(loads), waiting, thresholds.Value);
    }

    private void Report(JobRecord run)
    {
        var (result, error) = (run.Run!.Result, run.Run.Error);
        if (!result.IsBalanced)
        {
            logger.RunUnbalanced(run.JobId, result.ToString());
        }

        var state = error is null ? RunState.Completed : RunState.Failed;
        metrics.RunEnded((result.CompletedAt ?? result.ProcessedAt) - result.ProcessedAt, EnumNames.Of(state), error is null ? null : "run_failed");
        if (error is not null)
        {
            logger.RunFailed(run.JobId, result.FoundCount, error);
            return;
        }

        logger.RunCompleted(run.JobId, result.FoundCount, result.RestartedCount, result.DlqCount, result.ErrorCount, result.SkippedCount);
    }
}

/// <summary>Runs still open although another begins: their batch was ended from outside. A child that is still at work reads in the record that its run has ended, and stops.</summary>
internal sealed class RunReconciler(IResultStore results, IJobStore jobs, TimeProvider time, ILogger<RunReconciler> logger)
{
    // Each run closes what it finds, so there is at most one; a few more are looked at for those of earlier versions.
    private const int NewestRuns = 5;

    private const string Error = "The run was ended from outside before it could record its result.";

    public async Task CloseAsync(string currentRunId, CancellationToken cancellationToken)
    {
        var newest = await results.ListAsync(NewestRuns, token: null, cancellationToken);
        foreach (var run in newest.Items.Where(run => !run.State.HasEnded() && run.JobId != currentRunId))
        {
            var progress = await jobs.GetProgressAsync(run.JobId, cancellationToken);
            var result = run.Run!.Result.With(progress.Tally).Complete(time.GetUtcNow(), StopReason.Failed);
            await jobs.EditAsync(
                run.JobId,
                stored => stored.State.HasEnded() ? null : stored.End(new(JobState.Failed, Error), result.CompletedAt, result.Tally) with
                {
                    Run = stored.Run! with { Result = result, Error = Error },
                },
                cancellationToken);
            logger.RunFailed(run.JobId, result.FoundCount, Error);
        }
    }
}
