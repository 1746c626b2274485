namespace ReprocessingFunctions.Jobs.Activities;

internal sealed record BeginJobInput(string JobId);

/// <param name="Input">Null when the job has ended already.</param>
internal sealed record BegunJob(SliceInput? Input);

/// <summary>Marks a stored job as begun, and reads the settings and options into what its orchestration goes by.</summary>
internal sealed class BeginJob(
    IJobStore jobs, JobKinds kinds, IAuditLog audit, IOptions<JobOptions> options, TimeProvider time, ILogger<BeginJob> logger)
{
    private readonly JobOptions _options = options.Value;

    [Function(nameof(BeginJob))]
    public async Task<BegunJob> RunAsync([ActivityTrigger] BeginJobInput input, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var job = await jobs.EditAsync(input.JobId, job => Begin(job, now), cancellationToken)
            ?? throw new InvalidOperationException($"There is no job '{input.JobId}'.");
        if (job.State.HasEnded())
        {
            return new(Input: null);
        }

        var started = job.StartedAt ?? now;
        await audit.AddAsync(
            new($"{job.JobId}-started", started, job.RequestedBy, "job.started", job.JobId) { Reason = job.Reason }, cancellationToken);
        logger.JobBegins(job.JobId, EnumNames.Of(job.Operation), job.TotalItems, job.RequestedBy);
        return new(Plan(job, started));
    }

    /// <summary>
    /// A job that was paused or cancelled before it began stays so: its orchestration obeys. One that was ended because its
    /// orchestration was, while this call was under way, stays ended.
    /// </summary>
    private static JobRecord? Begin(JobRecord job, DateTimeOffset now) => job.StartedAt is not null || job.State.HasEnded() ? null : job with
    {
        StartedAt = now,
        State = job.Control.Demand switch
        {
            DesiredState.Pause => JobState.Paused,
            DesiredState.Cancel => JobState.Cancelling,
            _ => JobState.Running,
        },
    };

    private SliceInput Plan(JobRecord job, DateTimeOffset startedAt) => new(
        job.JobId,
        job.Operation,

        // Its pending rows are what is left. A bound would be reached too early where the second attempt at a job does anew what the
        // first one counted as failed and could not even record; as many items would be left undone.
        BatchSize: int.MaxValue,
        new ReprocessingResult(startedAt),
        ContinuationCount: 0,
        startedAt,
        new(new(_options.ChunkSize, SliceSizes.JobUnderWay), _options.LeaseDuration, _options.SelectTimeout, _options.ProcessTimeout),
        job.Control)
    {
        Options = job.Options,
        Expected = job.TotalItems,
        WaitForOutcome = job.WaitForOutcome,
        Attempts = kinds.Of(job.Operation).Attempts(job.Options),
        Ramp = job.Ramp is { } steps ? new(steps, job.FailureThreshold) : RampPlan.None,
        Circuit = new(),
    };
}
