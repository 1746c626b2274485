namespace Reprocessing.Functions.Plans;

/// <summary>Makes the plan of a request once: a key is bound when the plan is stored, so a process that died before has bound nothing, and of two at once the first is answered to both.</summary>
internal sealed class PlanRequests(PlanMaker maker, IPlanStore plans, IRequestKeys keys)
{
    public async Task<PlanRecord> MakeAsync(
        RequestKey? key, PlanOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var plan = key is not null && await keys.FindAsync(key.Scope, key.Key, cancellationToken) is { } found
            ? await FindAsync(key, found, cancellationToken)
            : await BindAsync(key, await maker.MakeAsync(order, client, cancellationToken), cancellationToken);
        return await RepairAsync(plan, client, cancellationToken);
    }

    /// <returns>The plan that the key stands for: another one, if another request was quicker.</returns>
    public async Task<PlanRecord> BindAsync(RequestKey? key, PlanRecord plan, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return plan;
        }

        var bound = await keys.BindAsync(key.Scope, key.Key, key.RequestHash, plan.PlanId, cancellationToken);
        if (bound.ResourceId == plan.PlanId && bound.RequestHash == key.RequestHash)
        {
            return plan;
        }

        if (plan.Preparation is not null)
        {
            await maker.FailAsync(plan.PlanId, $"Another request with the same key was first, and is answered with the plan {bound.ResourceId}.", cancellationToken);
        }

        return await FindAsync(key, bound, cancellationToken);
    }

    public async Task<PlanRecord> FindAsync(RequestKey key, BoundRequest bound, CancellationToken cancellationToken) =>
        bound.RequestHash != key.RequestHash
            ? throw new ProblemException(Problems.IdempotencyKeyReused(key.Key))
            : await plans.GetAsync(bound.ResourceId, cancellationToken) ?? throw new ProblemException(Problems.NotFound("plan", bound.ResourceId));

    /// <summary>Whoever comes across an unfinished plan repairs it: the process may have died before it started the orchestration, and one ended from outside tells nobody.</summary>
    public async Task<PlanRecord> RepairAsync(PlanRecord plan, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (plan is not { Preparation.Failure: null })
        {
            return plan;
        }

        if (await client.GetInstanceAsync(plan.PlanId, cancellationToken) is null)
        {
            await client.StartOnceAsync(nameof(PlanOrchestrator), plan.PlanId, new PlanInput(plan.PlanId), cancellationToken);
            return plan;
        }

        return await client.FindBrokenEndAsync(plan.PlanId, cancellationToken) is { } end
            ? await maker.FailAsync(plan.PlanId, end.Reason, cancellationToken) ?? plan
            : plan;
    }
}
