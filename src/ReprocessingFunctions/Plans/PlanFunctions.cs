namespace ReprocessingFunctions.Plans;

/// <summary>Freezes selections and shows what a job would do with them. Changes no order.</summary>
internal sealed class PlanFunctions(PlanMaker maker, PlanRequests requests, PlanViews views, IPlanStore plans, IJobStore jobs)
{
    private static readonly CreatePlanRequest NewPlan = new()
    {
        Operation = JobOperation.Retry,
        Selection = new PlanSelection { Filter = "errorType = timeout AND failureCount >= 3 AND $.customer.tier = 'gold'", Exclude = ["ORD-17"] },
        RequestedBy = "maria@example.com",
    };

    [Function(nameof(CreatePlan))]
    [Endpoint("plans", "Freezes a selection and shows what a job would do with it. Changes no order.", IsIdempotent = true, IsLong = true,
        Description = "A selection is exactly one of a filter, ids, all: true, or fromJob: what a job has left; the operation has options of its own.")]
    [Body(typeof(CreatePlanRequest), Example = nameof(NewPlan))]
    [Response(201, "The plan.", typeof(PlanResponse), "Location")]
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
        return await request.RespondAsync(
            HttpStatusCode.Created, await views.ShowAsync(plan, cancellationToken), cancellationToken, request.LinkTo(PlanResponse.Path(plan.PlanId)));
    }

    [Function(nameof(ListPlans))]
    [Endpoint("plans", "The plans, newest first.", PageOf = typeof(PlanResponse))]
    public Task<HttpResponseData> ListPlans(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/plans")] HttpRequestData request, CancellationToken cancellationToken) =>
        request.PageAsync(plans.ListAsync, views.Show, cancellationToken);

    [Function(nameof(GetPlan))]
    [Endpoint("plans", "A plan, with a sample of its items.")]
    [Response(200, "Done.", typeof(PlanResponse))]
    [Refuses("not_found")]
    public async Task<HttpResponseData> GetPlan(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/plans/{planId}")] HttpRequestData request,
        string planId,
        CancellationToken cancellationToken) =>
        await request.OkAsync(await views.ShowAsync(await FindAsync(planId, cancellationToken), cancellationToken), cancellationToken);

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
            (limit, token, cancelled) => jobs.ListItemsAsync(planId, state, limit, token, cancelled), PlanItemResponse.Of, cancellationToken);
    }

    private async Task<PlanRecord> FindAsync(string planId, CancellationToken cancellationToken) =>
        JobRoute.IsPlan(planId) && await plans.GetAsync(planId, cancellationToken) is { } plan
            ? plan
            : throw new ProblemException(Problems.NotFound("plan", planId));
}
