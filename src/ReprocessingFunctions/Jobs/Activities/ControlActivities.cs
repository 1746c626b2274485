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

internal sealed record ReadJobControlInput(string JobId);

/// <param name="Control">Null when there is no such job.</param>
internal sealed record StoredControl(JobControl? Control);

/// <summary>What operators want of a job now, for one that hears of it in no other way because it is paused.</summary>
internal sealed class ReadJobControl(IJobStore jobs)
{
    [Function(nameof(ReadJobControl))]
    public async Task<StoredControl> RunAsync([ActivityTrigger] ReadJobControlInput input, CancellationToken cancellationToken) =>
        new((await jobs.GetAsync(input.JobId, cancellationToken))?.Control);
}

internal static class ControlCalls
{
    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(2));

    /// <param name="activity">One that answers the stored control.</param>
    /// <returns>Null when it cannot be read now: it is read again later.</returns>
    public static async Task<JobControl?> ReadControlAsync(this TaskOrchestrationContext context, string activity, string jobId) =>
        (await context.TryCallTimedAsync<StoredControl>(
            activity,
            new ReadJobControlInput(jobId),
            Storage,
            reason => context.CreateReplaySafeLogger(nameof(ControlCalls)).ControlNotRead(activity, jobId, reason)))?.Control;
}

internal sealed record ReadSliceProgressInput(string JobId, string InstanceId);

/// <param name="Result">Null when the instance has not said anything.</param>
/// <param name="RampStep">From 1; null when there is no ramp, or when it is over.</param>
/// <param name="Running">Items that were started and whose outcome is waited for.</param>
internal sealed record SliceProgress(ReprocessingResult? Result, int? RampStep, JobControl? Control, IReadOnlyList<ItemRef> Running)
{
    public static SliceProgress None { get; } = new(null, null, null, []);
}

/// <summary>What an orchestration had done when it last said so, and what it was waiting for by the stored rows.</summary>
internal sealed class ReadSliceProgress(IJobStore jobs)
{
    [Function(nameof(ReadSliceProgress))]
    public async Task<SliceProgress> RunAsync(
        [ActivityTrigger] ReadSliceProgressInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var status = (await client.GetInstanceAsync(input.InstanceId, getInputsAndOutputs: true, cancellationToken)).ReadStatusAs<JobStatus>();
        var job = await jobs.GetAsync(input.JobId, cancellationToken);
        var running = await jobs.ListItemsAsync(input.JobId, ItemState.Running, SliceSizes.JobUnderWay, token: null, cancellationToken);
        return new(
            status?.Result,
            status?.RampStep,
            job?.Control,
            [.. running.Items.Select(item => new ItemRef(item.Id, item.ExpectedVersion) { Attempt = Math.Max(1, item.Attempts) })]);
    }
}
