namespace Reprocessing.Functions.Plans;

internal sealed class PlanFunctions(
    PlanMaker maker, PlanRequests requests, PlanViews views, IPlanStore plans, IJobStore jobs, IAuditLog audit, TimeProvider time)
{
    private static readonly CreatePlanRequest NewPlan = new()
    {
        Operation = JobOperation.Retry,
        Selection = new PlanSelection { Filter = "errorType = timeout AND failureCount >= 3 AND $.customer.tier = 'gold'", Exclude = ["ORD-17"] },
        RequestedBy = "maria@example.com",
    };

    private static readonly ApprovePlanRequest Approval = new() { Reason = "The carrier confirms that the outage is over." };

    [Function(nameof(CreatePlan))]
    [Endpoint("plans", "Freezes a selection and shows what a job would do with it. Changes no order.", IsIdempotent = true, IsLong = true,
        Description = "A selection is exactly one of a filter, ids, all: true, or fromJob: what a job has left; the operation has options of its own. "
            + "A plan of more items than the setting JobPlanInlineItems is prepared in the background.")]
    [Body(typeof(CreatePlanRequest), Example = nameof(NewPlan))]
    [Response(201, "The plan.", typeof(PlanResponse), "Location")]
    [Response(202, "The plan, which is being prepared: read it until its state is another.", typeof(PlanResponse), "Location", "Retry-After")]
    [Refuses("invalid_filter", "empty_selection", "selection_too_large", "invalid_options", "not_found")]
    public async Task<HttpResponseData> CreatePlan(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/plans")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<CreatePlanRequest>(
            read => [read.OperationFault(maker.Operations)], RequestBody.SelectionLimit, cancellationToken);
        var key = IdempotencyKey.Read(request, "plans", body, body.RequestedBy);
        var plan = await requests.MakeAsync(key, body.ToPlan(request, maker), client, cancellationToken);
        var (location, isReady) = (("Location", request.LinkTo(PlanResponse.Path(plan.PlanId))), plan.Preparation is null);
        return await request.RespondAsync(
            isReady ? HttpStatusCode.Created : HttpStatusCode.Accepted,
            await views.ShowAsync(plan, cancellationToken),
            isReady ? [location] : [location, ("Retry-After", "1")],
            cancellationToken);
    }

    [Function(nameof(ListPlans))]
    [Endpoint("plans", "The plans, newest first.", PageOf = typeof(PlanResponse))]
    public Task<HttpResponseData> ListPlans(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/plans")] HttpRequestData request, CancellationToken cancellationToken) =>
        request.PageAsync(plans.ListAsync, views.Show, cancellationToken);

    [Function(nameof(GetPlan))]
    [Endpoint("plans", "A plan, with a sample of its items; while it is being prepared, with how many were found so far.")]
    [Response(200, "Done.", typeof(PlanResponse))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> GetPlan(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/plans/{planId}")] HttpRequestData request,
        string planId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var plan = await requests.RepairAsync(await FindAsync(planId, cancellationToken), client, cancellationToken);
        return await request.OkAsync(await views.ShowAsync(plan, cancellationToken), cancellationToken);
    }

    [Function(nameof(ApprovePlan))]
    [Endpoint("plans", "Approves a plan, which may need it to be applied.", Role = Role.Approver,
        Description = "By somebody who is signed in and is not its requester. It ends with the plan. Approved again, the first approval stays.")]
    [Body(typeof(ApprovePlanRequest), Example = nameof(Approval))]
    [Response(200, "The plan.", typeof(PlanResponse))]
    [Refuses("not_found", "self_approval", "plan_applied", "plan_expired", "plan_not_ready", "plan_failed")]
    public async Task<HttpResponseData> ApprovePlan(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/plans/{planId}/approve")] HttpRequestData request,
        string planId,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<ApprovePlanRequest>(cancellationToken);
        var by = Caller.Principal(request) ?? throw new ProblemException(Problems.IdentityNotVerified());
        await FindAsync(planId, cancellationToken);
        var plan = await plans.EditAsync(planId, stored => Approve(stored, new(by, time.GetUtcNow(), body.Reason!)), cancellationToken);
        await audit.AddAsync(PlanAudit.Approved(plan!), cancellationToken);
        return await request.OkAsync(await views.ShowAsync(plan!, cancellationToken), cancellationToken);
    }

    [Function(nameof(ListPlanItems))]
    [Endpoint("plans", "Every item that the selection matched, by id.", PageOf = typeof(PlanItemResponse))]
    [Parameter("state", "Only items in this state.", OneOf = typeof(ItemState))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> ListPlanItems(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/plans/{planId}/items")] HttpRequestData request,
        string planId,
        CancellationToken cancellationToken)
    {
        var state = request.QueryEnum<ItemState>("state");
        await FindAsync(planId, cancellationToken);
        return await request.PageAsync(
            (limit, token, cancelled) => jobs.ListItemsAsync(planId, state, limit, token, cancelled), item => new PlanItemResponse(item), cancellationToken);
    }

    /// <summary>Judged by the row that is written: what happens meanwhile has it judged again.</summary>
    private static PlanRecord? Approve(PlanRecord plan, PlanApproval approval)
    {
        ProblemException.ThrowIf(plan.JobId is { } jobId ? JobProblems.PlanApplied(plan, jobId)
            : JobProblems.NotApplicable(plan, approval.At)
            ?? (CallerNames.IsClaimed(plan.RequestedBy) || plan.RequestedBy.Equals(approval.By, StringComparison.OrdinalIgnoreCase) ? JobProblems.SelfApproval(plan) : null));
        return plan.Approval is null ? plan with { Approval = approval } : null;
    }

    private async Task<PlanRecord> FindAsync(string planId, CancellationToken cancellationToken) =>
        JobRoute.IsPlan(planId) && await plans.GetAsync(planId, cancellationToken) is { } plan
            ? plan
            : throw new ProblemException(Problems.NotFound("plan", planId));
}

/// <summary>Who approves is known from the sign-in.</summary>
internal sealed record ApprovePlanRequest
{
    [Required]
    [Text]
    public string? Reason { get; init; }
}
