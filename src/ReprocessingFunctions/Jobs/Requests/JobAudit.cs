using System.Globalization;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>What people did to jobs. An event's id is made of the act, so that an act that is repeated is told once.</summary>
internal static class JobAudit
{
    public const string CreatedAction = "job.created";

    public static AuditEvent Created(JobRecord job) =>
        new($"{job.JobId}.created", job.CreatedAt, job.RequestedBy, CreatedAction, job.JobId)
        {
            Reason = job.Reason,
            Detail = string.Create(
                CultureInfo.InvariantCulture,
                $"{StableNames.Of(job.Operation)} of {job.Selection}: {job.TotalItems} items of {job.PlanId}, {Describe(job.Control.Pace)}"),
        };

    public static AuditEvent Changed(JobRecord job, JobAct act, DateTimeOffset at) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{job.JobId}.{act.Action}-{job.Control.Version}"), at, act.RequestedBy, act.Action, job.JobId)
        {
            Reason = act.Reason,
            Detail = act.Action == JobAct.PaceAction ? Describe(job.Control.Pace) : null,
        };

    private static string Describe(Pace pace) => string.Create(
        CultureInfo.InvariantCulture,
        $"parallelism {pace.Parallelism}, {(pace.ItemsPerSecond is { } rate ? FormattableString.Invariant($"{rate} items a second") : "as fast as it goes")}");
}
