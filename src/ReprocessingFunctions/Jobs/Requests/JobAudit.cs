using System.Globalization;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>What was done to jobs. An event's id is made of the act, so that an act that is told again is told once.</summary>
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

    /// <summary>The last edit, as it was stored; null when there was none.</summary>
    public static AuditEvent? Edited(JobRecord job) => job.Edit is not { } edit ? null : new(
        string.Create(CultureInfo.InvariantCulture, $"{job.JobId}.{edit.Action}-{edit.Version}"), edit.At, edit.By, edit.Action, job.JobId)
    {
        Reason = edit.Reason,
        Detail = edit.Detail,
    };

    public static string Describe(Pace pace) => string.Create(
        CultureInfo.InvariantCulture,
        $"parallelism {pace.Parallelism}, {(pace.ItemsPerSecond is { } rate ? FormattableString.Invariant($"{rate} items a second") : "as fast as it goes")}");
}
