using Microsoft.DurableTask.Client;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Plans;

/// <summary>
/// Makes the plan of a request once: a key is bound to a plan when that is whole. Whoever died before has bound nothing, and of two
/// that make plans for the same key at once the one that binds first is answered to both.
/// </summary>
internal sealed class PlanRequests(PlanMaker maker, IPlanStore plans, IRequestKeys keys)
{
    /// <param name="key">Null when the caller gave none.</param>
    public async Task<PlanOutcome> MakeAsync(
        RequestKey? key, PlanOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return await maker.MakeAsync(order, client, cancellationToken);
        }

        if (await keys.FindAsync(key.Scope, key.Key, cancellationToken) is { } found)
        {
            return await AnswerAsync(key, found, cancellationToken);
        }

        var outcome = await maker.MakeAsync(order, client, cancellationToken);
        if (outcome is not PlanOutcome.Made made)
        {
            return outcome;
        }

        var bound = await keys.BindAsync(key.Scope, key.Key, key.RequestHash, made.Plan.PlanId, cancellationToken);
        return bound.IsNew ? made : await AnswerAsync(key, bound, cancellationToken);
    }

    private async Task<PlanOutcome> AnswerAsync(RequestKey key, BoundRequest bound, CancellationToken cancellationToken) =>
        bound.RequestHash != key.RequestHash ? new PlanOutcome.Refused(Problems.IdempotencyKeyReused(key.Key))
        : await plans.GetAsync(bound.ResourceId, cancellationToken) is { } plan ? new PlanOutcome.Made(plan)
        : new PlanOutcome.Refused(Problems.NotFound("plan", bound.ResourceId));
}
