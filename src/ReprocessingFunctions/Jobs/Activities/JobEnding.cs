using Reprocessing.Storage.Outcomes;

namespace ReprocessingFunctions.Jobs.Activities;

/// <summary>
/// Writes how a job has ended, by its item rows: a call that timed out after it had done its work is counted as what it was. Answers
/// the result with those counts.
/// </summary>
internal sealed class JobEnding(
    IJobStore jobs, JobCount count, IOutcomes outcomes, IAuditLog audit, TimeProvider time, ILogger<JobEnding> logger)
{
    public async Task<ReprocessingResult> EndAsync(EndJobInput input, CancellationToken cancellationToken)
    {
        if (await jobs.GetAsync(input.JobId, cancellationToken) is not { } job)
        {
            return input.Result;
        }

        await TryFoldAsync(input.JobId, cancellationToken);
        var counted = await count.CountAsync(job, input, cancellationToken);
        var result = input.Result.With(counted.Tally);
        var patterns = await count.PatternsAsync(input.JobId, counted.Tally.Failed, cancellationToken);
        var end = JobEnd.Of(counted.Tally, counted.Untouched, result.StopReason, input.Error);
        var endedAt = result.CompletedAt ?? time.GetUtcNow();
        var ended = await jobs.EditAsync(
            input.JobId,
            stored => stored.State.HasEnded() ? null : stored with
            {
                State = end.State,
                // Who cancelled it and why was written by the cancel.
                StateReason = end.Reason ?? (end.State == JobState.Canceled ? stored.StateReason : null),
                EndedAt = endedAt,
                Tally = counted.Tally,
                ErrorPatterns = patterns,
            },
            cancellationToken);
        if (ended is not null && JobAudit.Edited(ended) is { } edited)
        {
            // It may not have been told, and after this nobody comes across the job any more.
            await audit.AddAsync(edited, cancellationToken);
        }

        await audit.AddAsync(
            new($"{job.JobId}-ended", endedAt, job.RequestedBy, "job.ended", job.JobId)
            {
                Reason = end.Reason,
                Detail = $"{EnumNames.Of(end.State)}: {Describe(counted.Tally)}",
            },
            cancellationToken);
        logger.JobEnded(job.JobId, EnumNames.Of(job.Operation), EnumNames.Of(end.State), Describe(counted.Tally), end.Reason);
        return result;
    }

    /// <summary>Outcomes that cannot be carried over now are by the next who asks.</summary>
    private async Task TryFoldAsync(string jobId, CancellationToken cancellationToken)
    {
        try
        {
            await outcomes.FoldAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.OutcomesNotFolded(e, jobId);
        }
    }

    private static string Describe(ItemTally tally) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"found {tally.Found}, succeeded {tally.Succeeded}, dead-lettered {tally.DeadLettered}, failed {tally.Failed}, skipped {tally.Skipped}");
}
