namespace Reprocessing.Functions.Jobs;

/// <summary>
/// Lets people change a job: its row first, which alone counts, then the audit event, then the word to its orchestration. Whoever
/// dies in between has changed the job; the next look at it tells who did, and the orchestration hears of it with its next step.
/// </summary>
internal sealed class JobControls(
    JobUpdates updates, JobControlSender sender, TimeProvider time, ILogger<JobControls> logger)
{
    /// <param name="mayEdit">Whether the caller has seen the job as it is stored.</param>
    /// <exception cref="ProblemException">There is no such job, it has ended, or the caller has not seen its latest version.</exception>
    public async Task<JobRecord> ApplyAsync(
        string jobId, JobCommand command, Func<JobRecord, bool> mayEdit, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var job = await updates.EditAsync(
            jobId,
            stored =>
            {
                ProblemException.ThrowIf(Against(stored, command) ?? (mayEdit(stored) ? null : Problems.PreconditionFailed()));
                return Edit(stored, command, now);
            },
            cancellationToken) ?? throw new ProblemException(Problems.NotFound("job", jobId));
        logger.JobChanged(jobId, command.Action, job.Control.Version);
        await sender.SendAsync(client, jobId, job.Control, cancellationToken);
        return job;
    }

    private static Problem? Against(JobRecord job, JobCommand command) =>
        job.State.HasEnded() ? JobProblems.Ended(job)
        : job.Control.Demand == DesiredState.Cancel && command.Action != JobCommand.CancelAction ? JobProblems.Cancelling(job)
        : null;

    private static JobRecord? Edit(JobRecord job, JobCommand command, DateTimeOffset now)
    {
        if (command.Change(job.Control) is not { } wanted)
        {
            return null;
        }

        var control = wanted with { Version = job.Control.Version + 1 };
        return job.With(command.On(control, now)) with
        {
            Control = control,
            State = StateUnder(wanted.Demand, job.State),
            StateReason = command.Action == JobCommand.PaceAction ? job.StateReason : command.StateReason,
        };
    }

    /// <summary>A job that has not begun stays pending, so that it is still looked for and started; it obeys when it begins.</summary>
    private static JobState StateUnder(DesiredState demand, JobState state) => state == JobState.Pending ? state : demand switch
    {
        DesiredState.Pause => JobState.Paused,
        DesiredState.Cancel => JobState.Cancelling,
        _ => JobState.Running,
    };
}

/// <summary>What somebody does to a job that has not ended.</summary>
/// <param name="Change">The control that is wanted, or null when it is so already: the same command twice is one.</param>
internal sealed record JobCommand(string Action, string RequestedBy, string? Reason, Func<JobControl, JobControl?> Change)
{
    public const string PauseAction = "job.paused";
    public const string ResumeAction = "job.resumed";
    public const string CancelAction = "job.canceled";
    public const string PaceAction = "job.pace_changed";

    /// <summary>Why the job is in the state that this leads to; null where there is nothing to say.</summary>
    public string? StateReason => Action switch
    {
        PauseAction => Told("Paused"),
        CancelAction => Told("Canceled"),
        _ => null,
    };

    public static JobCommand Pause(string requestedBy, string? reason) => new(PauseAction, requestedBy, reason, Demanding(DesiredState.Pause));

    public static JobCommand Resume(string requestedBy, string? reason) => new(ResumeAction, requestedBy, reason, Demanding(DesiredState.Run));

    public static JobCommand Cancel(string requestedBy, string? reason) => new(CancelAction, requestedBy, reason, Demanding(DesiredState.Cancel));

    public static JobCommand SetPace(string requestedBy, string? reason, PaceRequest asked) => new(PaceAction, requestedBy, reason, control =>
        asked.On(control.Pace) is { } pace && pace != control.Pace ? control with { Pace = pace } : null);

    /// <param name="control">The one that it has led to.</param>
    public JobEdit On(JobControl control, DateTimeOffset at) => new(control.Version, Action, RequestedBy, at)
    {
        Reason = Reason,
        Detail = Action == PaceAction ? JobAudit.Describe(control.Pace) : null,
    };

    private static Func<JobControl, JobControl?> Demanding(DesiredState demand) =>
        control => control.Demand == demand ? null : control with { Demand = demand };

    private string Told(string what) => $"{what} by {RequestedBy}{(Reason is null ? string.Empty : $": {Reason}")}";
}

/// <summary>
/// Changes what is wanted of a job, and tells it in the audit log as it stands on the job's row. Only the last edit stands there, so
/// the one before is told before it is replaced: of those that a dying process has left untold none is lost, and none is told as
/// somebody else's.
/// </summary>
internal sealed class JobUpdates(IJobStore jobs, IAuditLog audit)
{
    /// <param name="edit">Leaves an edit of its own on the row, or answers null and changes nothing. May be asked again.</param>
    /// <returns>Null when there is no such job.</returns>
    public async Task<JobRecord?> EditAsync(string jobId, Func<JobRecord, JobRecord?> edit, CancellationToken cancellationToken)
    {
        while (await jobs.GetAsync(jobId, cancellationToken) is { } seen)
        {
            await PublishAsync(seen, cancellationToken);
            var isAsSeen = true;
            var job = await jobs.EditAsync(
                jobId, stored => (isAsSeen = stored.Edit == seen.Edit) ? edit(stored) : null, cancellationToken);
            if (isAsSeen)
            {
                await PublishAsync(job?.Edit == seen.Edit ? null : job, cancellationToken);
                return job;
            }
        }

        return null;
    }

    /// <summary>Tells the last edit of a job, once however often it is asked.</summary>
    public Task PublishAsync(JobRecord? job, CancellationToken cancellationToken) =>
        job is not null && JobAudit.Edited(job) is { } told ? audit.AddAsync(told, cancellationToken) : Task.CompletedTask;
}

/// <summary>
/// Tells a job's orchestration of a control that was stored just before. Only makes it faster: the orchestration reads the stored one
/// with every chunk, and every half minute while it is paused.
/// </summary>
internal sealed class JobControlSender(ILogger<JobControlSender> logger)
{
    public async Task SendAsync(DurableTaskClient client, string jobId, JobControl control, CancellationToken cancellationToken)
    {
        foreach (var instanceId in JobInstances.Working(jobId))
        {
            try
            {
                var instance = await client.GetInstanceAsync(instanceId, cancellationToken);
                if (instance is { IsCompleted: false })
                {
                    await client.RaiseEventAsync(instanceId, JobControl.EventName, control, cancellationToken);
                    return;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // It may have ended in between, or the engine's storage does not answer: the stored control is heard of all the same.
                logger.ControlNotSent(e, instanceId);
            }
        }
    }
}

/// <summary>What was done to jobs. An event's id is made of the command, so that an command that is told again is told once.</summary>
internal static class JobAudit
{
    public const string CreatedAction = "job.created";

    public static AuditEvent Created(JobRecord job) =>
        new($"{job.JobId}.created", job.CreatedAt, job.RequestedBy, CreatedAction, job.JobId)
        {
            Reason = job.Reason,
            Detail = string.Create(
                CultureInfo.InvariantCulture,
                $"{EnumNames.Of(job.Operation)} of {job.Selection}: {job.TotalItems} items of {job.PlanId}, {Describe(job.Control.Pace)}"),
        };

    public static AuditEvent Started(JobRecord job, DateTimeOffset at) =>
        new($"{job.JobId}-started", at, job.RequestedBy, "job.started", job.JobId) { Reason = job.Reason };

    /// <summary>The last edit, as it was stored; null when there was none.</summary>
    public static AuditEvent? Edited(JobRecord job) => job.Edit is { } edit ? Edited(job, edit) : null;

    /// <summary>Who did what to a job, when and why, in order; from its row alone.</summary>
    public static IReadOnlyList<AuditEvent> Timeline(JobRecord job) =>
    [
        .. job.PlanId is null ? [] : new[] { Created(job) },
        .. job.StartedAt is { } at ? new[] { Started(job, at) } : [],
        .. job.Edits.Select(edit => Edited(job, edit)),
        .. job.State.HasEnded() ? new[] { Ended(job) } : [],
    ];

    private static AuditEvent Edited(JobRecord job, JobEdit edit) => new(
        string.Create(CultureInfo.InvariantCulture, $"{job.JobId}.{edit.Action}-{edit.Version}"), edit.At, edit.By, edit.Action, job.JobId)
    {
        Reason = edit.Reason,
        Detail = edit.Detail,
    };

    private static AuditEvent Ended(JobRecord job) => new($"{job.JobId}-ended", job.EndedAt ?? job.CreatedAt, job.RequestedBy, "job.ended", job.JobId)
    {
        // Why it was cancelled stands in the edit.
        Reason = job.State == JobState.Canceled ? null : job.StateReason,
        Detail = $"{EnumNames.Of(job.State)}: {Describe(job.Tally)}",
    };

    /// <summary>
    /// Publishes the end of a job, as it is stored; and the last edit, which may not have been published: nobody comes across the job after this.
    /// </summary>
    public static async Task PublishEndAsync(this IAuditLog audit, JobRecord ended, CancellationToken cancellationToken)
    {
        if (Edited(ended) is { } edited)
        {
            await audit.AddAsync(edited, cancellationToken);
        }

        await audit.AddAsync(Ended(ended), cancellationToken);
    }

    public static string Describe(ItemTally tally) => string.Create(
        CultureInfo.InvariantCulture,
        $"found {tally.Found}, started {tally.Started}, succeeded {tally.Succeeded}, dead-lettered {tally.DeadLettered}, failed {tally.Failed}, skipped {tally.Skipped}");

    public static string Describe(Pace pace) => string.Create(
        CultureInfo.InvariantCulture,
        $"parallelism {pace.Parallelism}, {(pace.ItemsPerSecond is { } rate ? FormattableString.Invariant($"{rate} items a second") : "as fast as it goes")}");
}
