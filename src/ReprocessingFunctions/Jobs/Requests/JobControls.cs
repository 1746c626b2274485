using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>
/// Lets people change a job: its row first, which alone counts, then the audit event, then the word to its orchestration. Whoever
/// dies in between has changed the job; the next look at it tells who did, and the orchestration hears of it with its next step.
/// </summary>
internal sealed class JobControls(
    JobEdits edits, JobControlSender sender, TimeProvider time, ILogger<JobControls> logger)
{
    /// <param name="mayEdit">Whether the caller has seen the job as it is stored.</param>
    public async Task<JobChange> DoAsync(
        string jobId, JobAct act, Func<JobRecord, bool> mayEdit, DurableTaskClient client, CancellationToken cancellationToken)
    {
        Problem? refused = null;
        var now = time.GetUtcNow();
        var job = await edits.EditAsync(
            jobId,
            stored =>
            {
                refused = Against(stored, act) ?? (mayEdit(stored) ? null : Problems.PreconditionFailed());
                return refused is null ? Edit(stored, act, now) : null;
            },
            cancellationToken);
        if (job is null || refused is not null)
        {
            return new(job, refused);
        }

        logger.JobChanged(jobId, act.Action, job.Control.Version);
        await sender.SendAsync(client, jobId, job.Control, cancellationToken);
        return new(job, null);
    }

    private static Problem? Against(JobRecord job, JobAct act) =>
        job.State.HasEnded() ? JobProblems.Ended(job)
        : job.Control.Demand == DesiredState.Cancel && act.Action != JobAct.CancelAction ? JobProblems.Cancelling(job)
        : null;

    private static JobRecord? Edit(JobRecord job, JobAct act, DateTimeOffset now)
    {
        if (act.Change(job.Control) is not { } wanted)
        {
            return null;
        }

        var control = wanted with { Version = job.Control.Version + 1 };
        return job with
        {
            Control = control,
            Edit = act.On(control, now),
            State = StateUnder(wanted.Demand, job.State),
            StateReason = act.Action == JobAct.PaceAction ? job.StateReason : act.StateReason,
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

/// <param name="Job">Null when there is none.</param>
internal sealed record JobChange(JobRecord? Job, Problem? Refused);
