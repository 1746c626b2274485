using System.Globalization;
using System.Net;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Plans;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>Why a job is not made or not changed.</summary>
internal static class JobProblems
{
    public static Problem PlanApplied(PlanRecord plan) => Problems.Conflict(
        "plan_applied", "The plan was applied before.", $"The plan '{plan.PlanId}' is worked on by the job '{plan.JobId}'; a plan is applied once.") with
    {
        Links = new Dictionary<string, string> { ["job"] = JobAnswer.Path(plan.JobId ?? JobIds.Job(JobIds.KeyOf(plan.PlanId))) },
    };

    public static Problem PlanExpired(PlanRecord plan) => new(
        HttpStatusCode.Gone,
        "plan_expired",
        "The plan has expired.",
        string.Create(
            CultureInfo.InvariantCulture,
            $"The plan '{plan.PlanId}' could be applied until {plan.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z; make a new one and look at what it finds now."));

    public static Problem NothingToDo(PlanRecord plan) => Problems.Conflict(
        "nothing_to_do", "The plan has nothing to do.", NothingToDoDetail(plan)) with
    {
        Links = new Dictionary<string, string> { ["plan"] = PlanAnswer.Path(plan.PlanId) },
    };

    public static Problem Ended(JobRecord job) => Problems.Conflict(
        "job_ended", "The job has ended.", $"The job '{job.JobId}' is {EnumNames.Of(job.State)} and can no longer be changed.") with
    {
        Links = new Dictionary<string, string> { ["job"] = JobAnswer.Path(job.JobId) },
    };

    public static Problem Cancelling(JobRecord job) => Problems.Conflict(
        "job_cancelling", "The job is being cancelled.", $"The job '{job.JobId}' begins nothing more; make a new plan to go on with what is left.");

    public static Problem ConfirmationNeeded(PlanRecord plan) => new(
        HttpStatusCode.BadRequest,
        "confirmation_required",
        "The operation has to be confirmed.",
        string.Create(
            CultureInfo.InvariantCulture,
            $"Purged entries do not come back: say 'confirm': {plan.Count} (the number of items) or 'confirm': \"purge\"."))
    {
        Errors = [new("'confirm' is missing or says another number.", "#/confirm")],
    };

    private static string NothingToDoDetail(PlanRecord plan)
    {
        var ineligible = plan.IneligibleByReason.Values.Sum();
        return ineligible == 0
            ? "No item matches."
            : string.Create(CultureInfo.InvariantCulture, $"{ineligible} items match, and none can be worked on: ")
                + string.Join(", ", plan.IneligibleByReason.Select(reason => $"{reason.Key} {reason.Value}")) + ".";
    }
}
