using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using ReprocessingFunctions.OpenApi;
using ReprocessingFunctions.Plans;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.Jobs.Requests;

internal static class JobOperations
{
    private static readonly CreateJobRequest NewJob = new()
    {
        PlanId = "plan-8c1f",
        Reason = "The carrier's outage is over.",
        RequestedBy = "maria@example.com",
        Pace = new PaceRequest { Parallelism = 5, ItemsPerSecond = 20 },
        Ramp = [1, 5, 20, 100],
        WaitForOutcome = true,
    };

    private static readonly JobDemandRequest Demand = new() { RequestedBy = "maria@example.com", Reason = "The carrier is down again." };

    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "jobs",
        Post(nameof(CreateJob), "jobs", "Applies a plan; or, of a selection, makes a plan and, only when dryRun is false, applies that.")
            .Saying("Without planId the operation and selection of a plan are said here, and dryRun is true unless said otherwise: the answer is then the plan.")
            .Takes(NewJob)
            .IsIdempotent()
            .Answering<PlanAnswer>(201, "It was a dry run: the plan.", null, "Location")
            .Answering<StartedJobAnswer>(202, "The job, and the Durable addresses of its orchestration.", null, "Location", "Operation-Location", "Retry-After", "ETag")
            .Refuses([.. PlanOperations.SelectionProblems, "not_found", "plan_applied", "plan_expired", "nothing_to_do", "confirmation_required"]),
        Get(nameof(ListJobs), "jobs", "The jobs, newest first; runs are among them.")
            .Saying("Narrowed, a page has fewer jobs than asked for, or none, where it took many others to find them: there is more while there is a nextPageToken.")
            .With(
                ApiParameter.OneOf("state", "Only jobs in this state.", EnumNames.All<JobState>()),
                ApiParameter.OneOf("operation", "Only jobs that do this; reprocess are the runs.", EnumNames.All<JobOperation>()))
            .AnswersPage<JobAnswer>(),
        Get(nameof(GetJob), "jobs/{jobId}", "A job or run, with its progress while it is at work.")
            .Answering<JobAnswer>(200, "The job.", null, "ETag")
            .Refuses("not_found"),
        Get(nameof(ListJobItems), "jobs/{jobId}/items", "What became of each item, by id.")
            .With(PlanOperations.ItemState)
            .AnswersPage<JobItemAnswer>()
            .Refuses("not_found"),
        Control(nameof(RequestJobPause), "pause", "Stops a job before its next items; what is under way is finished."),
        Control(nameof(RequestJobResume), "resume", "Lets a paused job go on."),
        Control(nameof(RequestJobCancel), "cancel", "Ends a job before its next items; what it has not touched stays as it is."),
        Patch(nameof(SetJobPace), "jobs/{jobId}/pace", "Changes how fast a job goes while it runs.")
            .Takes(new SetJobPaceRequest { ItemsPerSecond = 5, RequestedBy = "maria@example.com" })
            .HonoursIfMatch()
            .Answering<JobAnswer>(200, "The job.", null, "ETag")
            .Refuses("not_found", "job_ended", "job_cancelling"));

    private static ApiOperation Control(string function, string verb, string summary) => Post(function, $"jobs/{{jobId}}/{verb}", summary)
        .Saying("Effective within two seconds or a hundred items. Asked again it changes nothing.")
        .Takes(Demand, optional: true)
        .HonoursIfMatch()
        .Answering<JobAnswer>(202, "The job.", null, "Location", "ETag")
        .Refuses("not_found", "job_ended", "job_cancelling");
}
