namespace ReprocessingFunctions.Jobs.Activities;

/// <summary>The pause that a job asks for itself: a step of its ramp failed too often. Resuming it is an operator's decision.</summary>
internal sealed class PauseJob(JobUpdates updates, TimeProvider time, ILogger<PauseJob> logger)
{
    public const string Reason = "ramp_threshold";

    private const string Actor = "system";

    [Function(nameof(PauseJob))]
    public async Task<StoredControl> RunAsync([ActivityTrigger] ReadJobControlInput input, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var paused = await updates.EditAsync(input.JobId, job => Pause(job, now), cancellationToken);
        if (paused is { Control.Demand: DesiredState.Pause, StateReason: Reason })
        {
            logger.JobPausedItself(input.JobId, Reason);
        }

        return new(paused?.Control);
    }

    /// <summary>Called again after a crash it finds its own pause; an operator's pause or cancel stands.</summary>
    private static JobRecord? Pause(JobRecord job, DateTimeOffset now)
    {
        if (job.State.HasEnded() || job.Control.Demand != DesiredState.Run)
        {
            return null;
        }

        var control = job.Control with { Version = job.Control.Version + 1, Demand = DesiredState.Pause };
        return job with
        {
            State = JobState.Paused,
            StateReason = Reason,
            Control = control,
            Edit = new(control.Version, JobCommand.PauseAction, Actor, now) { Reason = Reason },
        };
    }
}
