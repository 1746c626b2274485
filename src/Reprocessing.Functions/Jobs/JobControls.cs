namespace Reprocessing.Functions.Jobs;

/// <summary>Lets people change a job: its row first, which alone counts, then the audit event, then the event to its orchestration. After a crash the next check makes up for the rest.</summary>
internal sealed class JobControls(JobUpdates updates, TimeProvider time, ILogger<JobControls> logger)
{
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
        await SendAsync(client, jobId, job.Control, cancellationToken);
        return job;
    }

    /// <summary>Only makes it faster: the orchestration reads the stored control with every chunk, and every half minute while it is paused.</summary>
    public async Task SendAsync(DurableTaskClient client, string jobId, JobControl control, CancellationToken cancellationToken)
    {
        foreach (var instanceId in JobInstances.Working(jobId))
        {
            try
            {
                if (await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false })
                {
                    await client.RaiseEventAsync(instanceId, JobControl.EventName, control, cancellationToken);
                    return;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // It may have ended in between, or the engine's storage does not answer: the stored control is read all the same.
                logger.ControlNotSent(e, instanceId);
            }
        }
    }

    private static Problem? Against(JobRecord job, JobCommand command) =>
        job.State.HasEnded() ? JobProblems.Ended(job)
        : job.Control.Demand == DesiredState.Cancel && command.Action != JobCommand.CancelAction ? JobProblems.Cancelling(job)
        : null;

    public static JobRecord? Edit(JobRecord job, JobCommand command, DateTimeOffset now)
    {
        var wanted = command.Change(job.Control);
        if (wanted == job.Control)
        {
            return null;
        }

        var control = wanted with { Version = job.Control.Version + 1 };
        return job.With(command.On(control, now)) with
        {
            Control = control,
            // A job that has not begun stays pending, so that it is still found and started; it obeys when it begins.
            State = job.State == JobState.Pending ? job.State : StateOf(control.Demand),
            StateReason = command.Action == JobCommand.PaceAction ? job.StateReason : command.StateReason,
        };
    }

    public static JobState StateOf(DesiredState demand) => demand switch
    {
        DesiredState.Pause => JobState.Paused,
        DesiredState.Cancel => JobState.Cancelling,
        _ => JobState.Running,
    };
}

/// <param name="Change">The same command twice is one: the second changes nothing.</param>
internal sealed record JobCommand(string Action, string RequestedBy, string? Reason, Func<JobControl, JobControl> Change)
{
    public const string PauseAction = "job.paused";
    public const string ResumeAction = "job.resumed";
    public const string CancelAction = "job.canceled";
    public const string PaceAction = "job.pace_changed";

    public string? StateReason => Action is PauseAction or CancelAction
        ? $"{(Action == PauseAction ? "Paused" : "Canceled")} by {RequestedBy}{(Reason is null ? string.Empty : $": {Reason}")}"
        : null;

    public JobEdit On(JobControl control, DateTimeOffset at) => new(control.Version, Action, RequestedBy, at)
    {
        Reason = Reason,
        Detail = Action == PaceAction ? JobAudit.Describe(control.Pace) : null,
    };
}

/// <summary>Changes what is wanted of a job. Only the last edit stands on its row, so the one before is published before it is replaced: a crash loses none.</summary>
internal sealed class JobUpdates(IJobStore jobs, IAuditLog audit)
{
    /// <param name="edit">Leaves an edit of its own on the row, or answers null and changes nothing. May be asked again.</param>
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

    public Task PublishAsync(JobRecord? job, CancellationToken cancellationToken) =>
        job is not null && JobAudit.Edited(job) is { } edited ? audit.AddAsync(edited, cancellationToken) : Task.CompletedTask;
}

/// <summary>An event's id is made of the command, so that a repeated command is published once.</summary>
internal static class JobAudit
{
    public const string CreatedAction = "job.created";

    public static AuditEvent Created(JobRecord job) =>
        new($"{job.JobId}.created", job.CreatedAt, job.RequestedBy, CreatedAction, job.JobId)
        {
            Reason = job.Reason,
            Detail = FormattableString.Invariant($"{EnumNames.Of(job.Operation)} of {job.Selection}: {job.TotalItems} items of {job.PlanId}, {Describe(job.Control.Pace)}"),
        };

    public static AuditEvent Started(JobRecord job, DateTimeOffset at) =>
        new($"{job.JobId}-started", at, job.RequestedBy, "job.started", job.JobId) { Reason = job.Reason };

    public static AuditEvent? Edited(JobRecord job) => job.Edit is { } edit ? Edited(job, edit) : null;

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

    /// <summary>Publishes the last edit too, in case a crash left it unpublished: nobody comes across the job after this.</summary>
    public static async Task PublishEndAsync(this IAuditLog audit, JobRecord ended, CancellationToken cancellationToken)
    {
        foreach (var entry in new[] { Edited(ended), Ended(ended) }.OfType<AuditEvent>())
        {
            await audit.AddAsync(entry, cancellationToken);
        }
    }

    public static string Describe(ItemTally tally) => FormattableString.Invariant(
        $"found {tally.Found}, started {tally.Started}, succeeded {tally.Succeeded}, dead-lettered {tally.DeadLettered}, failed {tally.Failed}, skipped {tally.Skipped}");

    public static string Describe(Pace pace) => FormattableString.Invariant(
        $"parallelism {pace.Parallelism}, {(pace.ItemsPerSecond is { } rate ? FormattableString.Invariant($"{rate} items a second") : "as fast as it goes")}");
}
