namespace Reprocessing.Functions.Jobs.Activities;

internal sealed class BeginJob(
    IJobStore jobs, JobKinds kinds, IAuditLog audit, IOptions<JobOptions> options, TimeProvider time, ILogger<BeginJob> logger)
{
    private readonly JobOptions _options = options.Value;

    [Function(nameof(BeginJob))]
    public async Task<JobCheckpoint?> RunAsync([ActivityTrigger] string jobId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var job = await jobs.EditAsync(jobId, job => Begin(job, now), cancellationToken)
            ?? throw new InvalidOperationException($"There is no job '{jobId}'.");
        if (job.State.HasEnded())
        {
            return null;
        }

        var started = job.StartedAt ?? now;
        await audit.AddAsync(JobAudit.Started(job, started), cancellationToken);
        logger.JobBegins(job.JobId, EnumNames.Of(job.Operation), job.TotalItems, job.RequestedBy);
        return Plan(job, started);
    }

    /// <summary>A job that was paused or cancelled before it began stays so, and one that was ended while this call was under way stays ended.</summary>
    private static JobRecord? Begin(JobRecord job, DateTimeOffset now) => job.StartedAt is not null || job.State.HasEnded() ? null : job with
    {
        StartedAt = now,
        State = JobControls.StateOf(job.Control.Demand),
    };

    private JobCheckpoint Plan(JobRecord job, DateTimeOffset startedAt) => new(
        job.JobId,
        job.Operation,
        new ReprocessingResult(startedAt),
        startedAt,
        new(new(_options.ChunkSize, SliceSizes.JobUnderWay), _options.LeaseDuration, _options.SelectTimeout, _options.ProcessTimeout),
        job.Control)
    {
        Options = job.Options,
        Expected = job.TotalItems,
        WaitForOutcome = job.WaitForOutcome,
        Attempts = kinds.Of(job.Operation).Attempts(job.Options),
        Ramp = job.Ramp is { } steps ? new(steps, job.FailureThreshold) : RampPlan.None,
    };
}

/// <param name="MayHoldUnknown">It may hold items that its orchestration does not know of.</param>
internal sealed record EndJobInput(string JobId, ReprocessingResult Result, string? Error, bool MayHoldUnknown = false);

internal sealed class EndJob(IJobStore jobs, IncompleteItems incomplete, HeldItems held, JobEnding ending)
{
    [Function(nameof(EndJob))]
    public async Task<ReprocessingResult> RunAsync(
        [ActivityTrigger] EndJobInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await incomplete.FinishAsync(input.JobId, client, cancellationToken);
        if (input.MayHoldUnknown && await jobs.GetAsync(input.JobId, cancellationToken) is { } job)
        {
            await held.ReleaseAsync(job, cancellationToken);
        }

        return await ending.EndAsync(client, input, cancellationToken);
    }
}

/// <summary>Writes how a job has ended, by its item rows: a call that timed out after it had done its work is counted as what it was.</summary>
internal sealed class JobEnding(
    IJobStore jobs, JobCount count, IOutcomeProjection outcomes, IAuditLog audit, AlertUpdates alerts, TimeProvider time, ILogger<JobEnding> logger)
{
    public async Task<ReprocessingResult> EndAsync(DurableTaskClient client, EndJobInput input, CancellationToken cancellationToken)
    {
        if (await jobs.GetAsync(input.JobId, cancellationToken) is not { } job)
        {
            return input.Result;
        }

        try
        {
            await outcomes.ProjectAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The next reader projects them.
            logger.OutcomesNotProjected(e, input.JobId);
        }

        var counted = await count.CountAsync(job, input, cancellationToken);
        var result = input.Result.With(counted.Tally);
        var patterns = await count.PatternsAsync(input.JobId, counted.Tally.Failed, cancellationToken);
        var end = JobEnd.Of(job.Operation, counted.Tally, counted.NotStarted, result.StopReason, input.Error);
        var endedAt = result.CompletedAt ?? time.GetUtcNow();
        var ended = await jobs.EditAsync(
            input.JobId,
            stored => stored.State.HasEnded() ? null : stored.End(end, endedAt, counted.Tally) with { ErrorPatterns = patterns },
            cancellationToken);
        if (ended is not null)
        {
            await audit.PublishEndAsync(ended, cancellationToken);

            // Nobody looks at a circuit any more that has stopped its job, so that alert lasts for a day.
            var isStopped = ended is { State: JobState.Failed, StateReason: var reason } && reason == EnumNames.Of(StopReason.CircuitOpen);
            await alerts.ApplyAsync(client, [AlertRules.OfCircuit(ended.JobId, isStopped)], complete: [], time.GetUtcNow(), cancellationToken);
        }

        logger.JobEnded(job.JobId, EnumNames.Of(job.Operation), EnumNames.Of(end.State), JobAudit.Describe(counted.Tally), end.Reason);
        return result;
    }
}

internal static class EndedJobs
{
    public static JobRecord End(this JobRecord job, JobEnd end, DateTimeOffset? at, ItemTally tally) => job with
    {
        State = end.State,
        // Who cancelled it and why was written by the cancel.
        StateReason = end.Reason ?? (end.State == JobState.Canceled ? job.StateReason : null),
        EndedAt = at,
        Tally = tally,
    };
}

internal sealed class JobCount(IJobStore jobs)
{
    private const int PageSize = 500;

    public async Task<(ItemTally Tally, int NotStarted)> CountAsync(JobRecord job, EndJobInput end, CancellationToken cancellationToken)
    {
        // What a job that came to its end has lost sight of is not left without an answer.
        var isThrough = end.Error is null && end.Result.StopReason is StopReason.Drained or StopReason.CapReached;
        await SettleAsync(job.JobId, ItemState.Running, cancellationToken);
        if (isThrough)
        {
            await SettleAsync(job.JobId, ItemState.Pending, cancellationToken);
        }

        var counts = await jobs.CountAsync(job.JobId, cancellationToken);
        var tally = counts.Aggregate(ItemTally.Zero, (sum, count) => sum.Add(count.Key, count.Value));
        return (tally, counts.GetValueOrDefault(ItemState.Pending));
    }

    public async Task<IReadOnlyDictionary<string, int>> PatternsAsync(string jobId, int failed, CancellationToken cancellationToken) =>
        ErrorPatterns.WithOther(await jobs.CountFailuresAsync(jobId, ErrorPatterns.Shown, cancellationToken), failed);

    private async Task SettleAsync(string jobId, ItemState state, CancellationToken cancellationToken)
    {
        var items = Pages.ReadAllAsync<JobItem>(async token => await jobs.ListItemsAsync(jobId, state, PageSize, token, cancellationToken));
        await foreach (var lost in items.Where(item => item.IsEligible).Select(Lost).Chunk(PageSize).WithCancellation(cancellationToken))
        {
            await jobs.RecordAsync(jobId, lost, cancellationToken);
        }
    }

    private static ItemResult Lost(JobItem item) => new(
        item.Id, ItemState.Failed, ItemReasons.ProcessingFailed, "The job could not tell what became of it.")
    {
        WorkflowId = item.WorkflowId,
    };
}
