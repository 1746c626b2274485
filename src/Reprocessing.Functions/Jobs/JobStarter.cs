namespace Reprocessing.Functions.Jobs;

/// <summary>Applies plans and starts the jobs. A stored job whose orchestration was not started, because the process died or the engine did not answer, is started by whoever finds it.</summary>
internal sealed class JobStarter(
    IPlanStore plans, IJobStore jobs, IAuditLog audit, IOptions<JobOptions> options, TimeProvider time, ILogger<JobStarter> logger)
{
    /// <param name="requestId">Of a request that may be repeated; null for one that cannot be told from another.</param>
    public async Task<JobRecord> ApplyAsync(
        PlanRecord plan, JobOrder order, string? requestId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var job = ToJob(plan, order, requestId ?? Guid.NewGuid().ToString("N"));
        var stored = await plans.ApplyAsync(plan.PlanId, job, cancellationToken) switch
        {
            ApplyOutcome.Applied applied => applied.Job,
            ApplyOutcome.AlreadyApplied already => await jobs.GetAsync(already.Plan.JobId ?? job.JobId, cancellationToken),
            ApplyOutcome.Expired expired => throw new ProblemException(JobProblems.PlanExpired(expired.Plan)),
            _ => throw new ProblemException(Problems.NotFound("plan", plan.PlanId)),
        };
        if (stored is not null)
        {
            await StartAsync(client, stored, cancellationToken);
        }

        return stored is not null && stored.RequestId == job.RequestId ? stored : throw new ProblemException(JobProblems.PlanApplied(plan, job.JobId));
    }

    /// <summary>Starts the job's orchestration unless it exists. A failure is only logged: the job is stored and will be started.</summary>
    public async Task StartAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        await audit.AddAsync(JobAudit.Created(job), cancellationToken);
        try
        {
            if (job.State == JobState.Pending
                && await client.StartOnceAsync(nameof(JobOrchestrator), job.JobId, new JobInput(job.JobId), cancellationToken))
            {
                logger.JobStarted(job.JobId, job.Operation, job.TotalItems);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.JobNotStarted(e, job.JobId);
        }
    }

    private JobRecord ToJob(PlanRecord plan, JobOrder order, string requestId)
    {
        var job = new JobRecord
        {
            JobId = JobIds.Job(JobIds.KeyOf(plan.PlanId)),
            PlanId = plan.PlanId,
            Operation = plan.Operation,
            State = JobState.Pending,
            Reason = order.Request.Reason!,
            RequestedBy = order.RequestedBy,
            RequestId = requestId,
            CreatedAt = time.GetUtcNow(),
            Selection = plan.Selection,
            TotalItems = plan.Count,
            Options = plan.Options,
            Control = new(1, DesiredState.Run, order.PaceBy(options.Value)),
            Ramp = order.Request.Ramp,
            WaitForOutcome = plan.Operation.WaitsForOutcome(order.Request.WaitForOutcome),
        };
        return order.Request.FailureThreshold is { } threshold ? job with { FailureThreshold = threshold } : job;
    }
}

/// <summary>Makes the job of a request once: the key is bound to the whole plan before it is applied, and all after that can be repeated. A plan that is still prepared binds it at once.</summary>
internal sealed class JobRequests(
    PlanMaker maker,
    PlanRequests planRequests,
    IPlanStore plans,
    IRequestKeys keys,
    IAuditLog audit,
    JobStarter starter,
    IOptions<ApprovalOptions> approvals,
    TimeProvider time)
{
    public async Task<JobRecord> StartAsync(RequestKey? key, JobOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var plan = await FindPlanAsync(key, order, client, cancellationToken);
        if (plan.Approval is not null)
        {
            // Once more, as whoever approved it may have died in between.
            await audit.AddAsync(PlanAudit.Approved(plan), cancellationToken);
        }

        return await starter.ApplyAsync(plan, order, key?.Id, client, cancellationToken);
    }

    private async Task<PlanRecord> FindPlanAsync(RequestKey? key, JobOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (key is not null && await keys.FindAsync(key.Scope, key.Key, cancellationToken) is { } found)
        {
            var known = await planRequests.RepairAsync(await planRequests.FindAsync(key, found, cancellationToken), client, cancellationToken);
            ProblemException.ThrowIf(Against(known, order));
            return known;
        }

        var plan = order.Selection is { } selection ? await maker.MakeAsync(selection, client, cancellationToken)
            : order.Request.PlanId is { } id && JobRoute.IsPlan(id) && await plans.GetAsync(id, cancellationToken) is { } stored ? stored
            : throw new ProblemException(Problems.NotFound("plan", order.Request.PlanId ?? string.Empty));
        if (order.Selection is not null && plan.Preparation is not null)
        {
            plan = await planRequests.RepairAsync(await planRequests.BindAsync(key, plan, cancellationToken), client, cancellationToken);
        }

        ProblemException.ThrowIf(Against(plan, order));
        return await planRequests.BindAsync(key, plan, cancellationToken);
    }

    /// <summary>Checked before a key is bound, so that the request can be corrected and sent again with the same key.</summary>
    private Problem? Against(PlanRecord plan, JobOrder order) =>
        plan.JobId is not null ? null
        : JobProblems.NotApplicable(plan, time.GetUtcNow())
        ?? (plan.Count == 0 ? JobProblems.NothingToDo(plan)
        : approvals.Value.IsMissing(plan) ? JobProblems.ApprovalRequired(plan, approvals.Value.Threshold)
        : plan.Operation != JobOperation.Purge ? null
        : order.PurgeRefusal ?? (IsConfirmed(plan, order) ? null : JobProblems.ConfirmationNeeded(plan)));

    private static bool IsConfirmed(PlanRecord plan, JobOrder order) =>
        (order.Request.Confirm?.ToString() ?? ConfirmedBy(plan.Options)) is { } said
        && (said == "purge" || said == plan.Count.ToString(CultureInfo.InvariantCulture));

    private static string? ConfirmedBy(string? options) =>
        StoredJson.Read(options) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("confirm", out var said) ? said.ToString() : null;
}

internal static class JobProblems
{
    public static Problem PlanApplied(PlanRecord plan, string jobId) => OfJob(
        jobId, "plan_applied", "The plan was applied before.", $"The plan '{plan.PlanId}' is worked on by the job '{jobId}'; a plan is applied once.");

    public static Problem PlanExpired(PlanRecord plan) => new(
        HttpStatusCode.Gone,
        "plan_expired",
        "The plan has expired.",
        FormattableString.Invariant(
            $"The plan '{plan.PlanId}' could be applied until {plan.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z; make a new one and look at what it finds now."));

    public static Problem? NotApplicable(PlanRecord plan, DateTimeOffset now) =>
        plan.Preparation?.Failure is { } reason
            ? Problems.Conflict("plan_failed", "The plan could not be prepared.", $"The plan '{plan.PlanId}' will not be ready: {reason}")
        : plan.ExpiresAt <= now ? PlanExpired(plan)
        : plan.Preparation is { Selected: var selected } ? OfPlan(
            plan,
            "plan_not_ready",
            "The plan is being prepared.",
            FormattableString.Invariant($"The plan '{plan.PlanId}' has {selected} items so far; apply it when its state is 'ready'."))
        : null;

    public static Problem ApprovalRequired(PlanRecord plan, int threshold) => OfPlan(
        plan,
        "approval_required",
        "The plan has to be approved.",
        FormattableString.Invariant($"The plan '{plan.PlanId}' has {plan.Count} items, more than {threshold} (setting ApprovalThreshold): somebody with the role approver, other than {plan.RequestedBy}, has to approve it."));

    public static Problem SelfApproval(PlanRecord plan) => new(
        HttpStatusCode.Forbidden,
        "self_approval",
        "The plan has to be approved by somebody else.",
        $"It was made by {plan.RequestedBy}: an approval needs another person, and that can only be told of a requester who is verified.");

    public static Problem NothingToDo(PlanRecord plan)
    {
        var ineligible = plan.IneligibleByReason.Values.Sum();
        return OfPlan(plan, "nothing_to_do", "The plan has nothing to do.", ineligible == 0
            ? "No item matches."
            : $"{ineligible} items match, and none can be worked on: {string.Join(", ", plan.IneligibleByReason.Select(reason => $"{reason.Key} {reason.Value}"))}.");
    }

    public static Problem Ended(JobRecord job) =>
        OfJob(job.JobId, "job_ended", "The job has ended.", $"The job '{job.JobId}' is {EnumNames.Of(job.State)} and can no longer be changed.");

    public static Problem Cancelling(JobRecord job) => Problems.Conflict(
        "job_cancelling", "The job is being cancelled.", $"The job '{job.JobId}' begins nothing more; make a new plan to go on with what is left.");

    public static Problem ConfirmationNeeded(PlanRecord plan) => new(
        HttpStatusCode.BadRequest,
        "confirmation_required",
        "The operation has to be confirmed.",
        FormattableString.Invariant($"Purged entries do not come back: say 'confirm': {plan.Count} (the number of items) or 'confirm': \"purge\"."))
    {
        Errors = [new("'confirm' is missing or says another number.", "#/confirm")],
    };

    private static Problem OfPlan(PlanRecord plan, string code, string title, string detail) =>
        Problems.Conflict(code, title, detail) with
        {
            Links = new Dictionary<string, string> { ["plan"] = PlanResponse.Path(plan.PlanId) },
        };

    private static Problem OfJob(string jobId, string code, string title, string detail) => Problems.Conflict(code, title, detail) with
    {
        Links = new Dictionary<string, string> { ["job"] = JobResponse.Path(jobId) },
    };
}
