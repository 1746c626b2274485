namespace Reprocessing.Functions.Jobs.Activities;

/// <summary>The pause that a job asks for itself: a step of its ramp failed too often. Resuming it is an operator's decision.</summary>
internal sealed class PauseJob(JobUpdates updates, TimeProvider time, ILogger<PauseJob> logger)
{
    public const string Reason = "ramp_threshold";

    [Function(nameof(PauseJob))]
    public async Task<JobControl?> RunAsync([ActivityTrigger] string jobId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var paused = await updates.EditAsync(jobId, job => Pause(job, now), cancellationToken);
        if (paused is { Control.Demand: DesiredState.Pause, StateReason: Reason })
        {
            logger.JobPausedItself(jobId, Reason);
        }

        return paused?.Control;
    }

    /// <summary>Called again after a crash it finds its own pause; an operator's pause or cancel stands.</summary>
    private static JobRecord? Pause(JobRecord job, DateTimeOffset now)
    {
        var command = new JobCommand(JobCommand.PauseAction, "system", Reason, control => control with { Demand = DesiredState.Pause });
        return job.State.HasEnded() || job.Control.Demand != DesiredState.Run ? null : JobControls.Edit(job, command, now)! with { StateReason = Reason };
    }
}

/// <summary>What operators want of a job now, for one that hears of it in no other way because it is paused.</summary>
internal sealed class ReadJobControl(IJobStore jobs)
{
    [Function(nameof(ReadJobControl))]
    public async Task<JobControl?> RunAsync([ActivityTrigger] string jobId, CancellationToken cancellationToken) =>
        (await jobs.GetAsync(jobId, cancellationToken))?.Control;
}

internal static class ControlCalls
{
    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(2));

    /// <returns>Null when it cannot be read now: it is read again later.</returns>
    public static Task<JobControl?> ReadControlAsync(this TaskOrchestrationContext context, string activity, string jobId) =>
        context.TryCallTimedAsync<JobControl>(
            activity, jobId, Storage, reason => context.CreateReplaySafeLogger(nameof(ControlCalls)).ControlNotRead(activity, jobId, reason));
}
