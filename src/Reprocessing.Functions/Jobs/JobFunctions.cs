namespace Reprocessing.Functions.Jobs;

internal sealed class JobCreationFunctions(PlanMaker maker, PlanRequests planRequests, JobRequests jobRequests, PlanViews views)
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

    [Function(nameof(CreateJob))]
    [Endpoint("jobs", "Applies a plan; or, of a selection, makes a plan and, only when dryRun is false, applies that.", IsIdempotent = true, IsLong = true,
        Description = "Without planId the operation and selection of a plan are said here, and dryRun is true unless said otherwise: the answer is then the plan. A purge needs the role admin.")]
    [Body(typeof(CreateJobRequest), Example = nameof(NewJob))]
    [Response(201, "It was a dry run: the plan, ready or being prepared.", typeof(PlanResponse), "Location")]
    [Response(202, "The job.", typeof(JobResponse), "Location", "Operation-Location", "Retry-After", "ETag")]
    [Refuses("invalid_filter", "empty_selection", "selection_too_large", "invalid_options",
        "not_found", "plan_applied", "plan_expired", "plan_not_ready", "plan_failed", "approval_required", "nothing_to_do", "confirmation_required")]
    public async Task<HttpResponseData> CreateJob(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/jobs")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<CreateJobRequest>(read => read.Faults(maker.Operations), RequestBody.SelectionLimit, cancellationToken);
        var key = IdempotencyKey.Read(request, "jobs", body, body.RequestedBy);
        var order = body.ToJob(request, maker);
        if (order is { IsDryRun: true, Selection: { } selection })
        {
            var plan = await planRequests.MakeAsync(key, selection, client, cancellationToken);
            return await request.RespondAsync(
                HttpStatusCode.Created, await views.ShowAsync(plan, cancellationToken, order), cancellationToken, request.LinkTo(PlanResponse.Path(plan.PlanId)));
        }

        var job = await jobRequests.StartAsync(key, order, client, cancellationToken);
        var address = request.LinkTo(JobResponse.Path(job.JobId));
        return await request.RespondAsync(
            HttpStatusCode.Accepted,
            new JobResponse(job)
            {
                Warnings = JobWarnings.Of(job.Options, job.WaitForOutcome, job.Ramp),
                Links = new Dictionary<string, string> { ["self"] = address, ["items"] = $"{address}/items" },
            },
            [("Location", address), ("Operation-Location", address), ("Retry-After", "1"), (EntityTags.Header, JobResponse.Tag(job))],
            cancellationToken);
    }
}

internal sealed class JobFunctions(IJobStore jobs, JobViews views, JobControls controls)
{
    private const string ControlDescription = "Effective within two seconds or a hundred items. Asked again it changes nothing.";

    private static readonly DesiredStateRequest NewState = new() { RequestedBy = "maria@example.com", Reason = "The carrier is down again." };
    private static readonly SetJobPaceRequest Pace = new() { ItemsPerSecond = 5, RequestedBy = "maria@example.com" };

    [Function(nameof(ListJobs))]
    [Endpoint("jobs", "The jobs, newest first; runs are among them.", PageOf = typeof(JobResponse),
        Description = "Narrowed, a page has fewer jobs than asked for, or none, where it took many others to find them: there is more while there is a nextPageToken.")]
    [Parameter("state", "Only jobs in this state.", OneOf = typeof(JobState))]
    [Parameter("operation", "Only jobs that do this; reprocess are the runs.", OneOf = typeof(JobOperation))]
    public Task<HttpResponseData> ListJobs(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs")] HttpRequestData request, CancellationToken cancellationToken)
    {
        var query = new JobQuery(request.QueryEnum<JobState>("state"), request.QueryEnum<JobOperation>("operation"));
        return request.PageAsync((limit, token, cancelled) => jobs.ListAsync(query, limit, token, cancelled), job => new JobResponse(job), cancellationToken);
    }

    [Function(nameof(GetJob))]
    [Endpoint("jobs", "A job or run, with its progress while it is at work.")]
    [Response(200, "The job.", typeof(JobResponse), "ETag")]
    [Refuses("not_found")]
    public async Task<HttpResponseData> GetJob(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{jobId}")] HttpRequestData request,
        string jobId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var job = await FindAsync(jobId, cancellationToken);
        return await request.RespondAsync(
            HttpStatusCode.OK, await views.ShowAsync(job, client, cancellationToken), [(EntityTags.Header, JobResponse.Tag(job))], cancellationToken);
    }

    [Function(nameof(ListJobItems))]
    [Endpoint("jobs", "What became of each item: of a job by id, of a run in the order in which it took them.", PageOf = typeof(JobItemResponse))]
    [Parameter("state", "Only items in this state.", OneOf = typeof(ItemState))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> ListJobItems(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{jobId}/items")] HttpRequestData request,
        string jobId,
        CancellationToken cancellationToken)
    {
        var state = request.QueryEnum<ItemState>("state");
        await FindAsync(jobId, cancellationToken);
        return await request.PageAsync(
            (limit, token, cancelled) => jobs.ListItemsAsync(jobId, state, limit, token, cancelled), item => new JobItemResponse(item), cancellationToken);
    }

    [Function(nameof(RequestJobPause))]
    [Endpoint("jobs", "Stops a job before its next items; what is under way is finished.", HonoursIfMatch = true, Description = ControlDescription)]
    [Body(typeof(DesiredStateRequest), IsOptional = true, Example = nameof(NewState))]
    [Response(202, "The job.", typeof(JobResponse), "Location", "ETag")]
    [Refuses("not_found", "job_ended", "job_cancelling")]
    public Task<HttpResponseData> RequestJobPause(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/jobs/{jobId}/pause")] HttpRequestData request,
        string jobId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => ChangeStateAsync(request, jobId, JobCommand.PauseAction, DesiredState.Pause, client, cancellationToken);

    [Function(nameof(RequestJobResume))]
    [Endpoint("jobs", "Lets a paused job go on.", HonoursIfMatch = true, Description = ControlDescription)]
    [Body(typeof(DesiredStateRequest), IsOptional = true, Example = nameof(NewState))]
    [Response(202, "The job.", typeof(JobResponse), "Location", "ETag")]
    [Refuses("not_found", "job_ended", "job_cancelling")]
    public Task<HttpResponseData> RequestJobResume(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/jobs/{jobId}/resume")] HttpRequestData request,
        string jobId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => ChangeStateAsync(request, jobId, JobCommand.ResumeAction, DesiredState.Run, client, cancellationToken);

    [Function(nameof(RequestJobCancel))]
    [Endpoint("jobs", "Ends a job before its next items; what it has not touched stays as it is.", HonoursIfMatch = true, Description = ControlDescription)]
    [Body(typeof(DesiredStateRequest), IsOptional = true, Example = nameof(NewState))]
    [Response(202, "The job.", typeof(JobResponse), "Location", "ETag")]
    [Refuses("not_found", "job_ended", "job_cancelling")]
    public Task<HttpResponseData> RequestJobCancel(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/jobs/{jobId}/cancel")] HttpRequestData request,
        string jobId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => ChangeStateAsync(request, jobId, JobCommand.CancelAction, DesiredState.Cancel, client, cancellationToken);

    [Function(nameof(SetJobPace))]
    [Endpoint("jobs", "Changes how fast a job goes while it runs.", HonoursIfMatch = true)]
    [Body(typeof(SetJobPaceRequest), Example = nameof(Pace))]
    [Response(200, "The job.", typeof(JobResponse), "ETag")]
    [Refuses("not_found", "job_ended", "job_cancelling")]
    public async Task<HttpResponseData> SetJobPace(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "api/jobs/{jobId}/pace")] HttpRequestData request,
        string jobId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<SetJobPaceRequest>(read => [read.Fault()], cancellationToken);
        var command = new JobCommand(
            JobCommand.PaceAction, Caller.Of(request, body.RequestedBy), body.Reason, control => control with { Pace = body.On(control.Pace) });
        return await ControlAsync(request, jobId, command, HttpStatusCode.OK, client, cancellationToken);
    }

    private async Task<HttpResponseData> ChangeStateAsync(
        HttpRequestData request, string jobId, string action, DesiredState demand, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await request.ReadOptionalBodyAsync(new DesiredStateRequest(), cancellationToken);
        var command = new JobCommand(action, Caller.Of(request, body.RequestedBy), body.Reason, control => control with { Demand = demand });
        return await ControlAsync(request, jobId, command, HttpStatusCode.Accepted, client, cancellationToken);
    }

    private async Task<HttpResponseData> ControlAsync(
        HttpRequestData request, string jobId, JobCommand command, HttpStatusCode done, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var job = JobRoute.IsJob(jobId)
            ? await controls.ApplyAsync(jobId, command, job => EntityTags.Allows(request, JobResponse.Version(job)), client, cancellationToken)
            : throw new ProblemException(Problems.NotFound("job", jobId));
        return await request.RespondAsync(
            done,
            await views.ShowAsync(job, client, cancellationToken),
            [("Location", request.LinkTo(JobResponse.Path(job.JobId))), (EntityTags.Header, JobResponse.Tag(job))],
            cancellationToken);
    }

    private async Task<JobRecord> FindAsync(string jobId, CancellationToken cancellationToken) =>
        JobRoute.IsJob(jobId) && await jobs.GetAsync(jobId, cancellationToken) is { } job
            ? job
            : throw new ProblemException(Problems.NotFound("job", jobId));
}

[DisplayName("JobDemandRequest")]
internal sealed record DesiredStateRequest
{
    [Caller]
    public string? RequestedBy { get; init; }

    [Text]
    public string? Reason { get; init; }
}

internal sealed record SetJobPaceRequest : PaceRequest
{
    [Caller]
    public string? RequestedBy { get; init; }

    [Text]
    public string? Reason { get; init; }

    public ProblemError? Fault() =>
        Parallelism is null && ItemsPerSecond is null ? new("Say 'parallelism', 'itemsPerSecond' or both.", "#") : null;
}

/// <summary>Plans, jobs and runs are stored under keys, and the key of one kind's id must not lead to another's: an id of another kind is not found.</summary>
internal static class JobRoute
{
    public static bool IsPlan(string id) => Identifiers.Problem(id) is null && id == JobIds.Plan(JobIds.KeyOf(id));

    public static bool IsJob(string id) =>
        RunIds.IsRun(id) || (Identifiers.Problem(id) is null && id == JobIds.Job(JobIds.KeyOf(id)));
}
