using System.Globalization;
using System.Text.Json;
using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Plans;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>
/// Makes the job of a request once. A job's id follows from its plan's, so what a key has to remember is the plan: it is bound when
/// the plan is whole and before it is applied, and every step after that can be taken again.
/// </summary>
internal sealed class JobRequests(PlanMaker maker, IPlanStore plans, IRequestKeys keys, JobStarter starter, TimeProvider time)
{
    /// <param name="key">Null when the caller gave none.</param>
    public async Task<JobOutcome> StartAsync(RequestKey? key, JobOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var (plan, problem) = await FindPlanAsync(key, order, client, cancellationToken);
        return plan is null
            ? new JobOutcome.Refused(problem ?? Problems.NotFound("plan", order.PlanId ?? string.Empty))
            : await starter.ApplyAsync(plan, order, key?.Id, client, cancellationToken);
    }

    private async Task<(PlanRecord? Plan, Problem? Problem)> FindPlanAsync(
        RequestKey? key, JobOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (key is not null && await keys.FindAsync(key.Scope, key.Key, cancellationToken) is { } found)
        {
            return await FollowAsync(key, found, cancellationToken);
        }

        var (plan, problem) = await PlanAsync(order, client, cancellationToken);
        if (plan is null || (problem ??= Against(plan, order)) is not null || key is null)
        {
            return problem is null ? (plan, null) : (null, problem);
        }

        var bound = await keys.BindAsync(key.Scope, key.Key, key.RequestHash, plan.PlanId, cancellationToken);
        return bound.ResourceId == plan.PlanId && bound.RequestHash == key.RequestHash
            ? (plan, null)
            : await FollowAsync(key, bound, cancellationToken);
    }

    private async Task<(PlanRecord? Plan, Problem? Problem)> FollowAsync(RequestKey key, BoundRequest bound, CancellationToken cancellationToken) =>
        bound.RequestHash != key.RequestHash
            ? (null, Problems.IdempotencyKeyReused(key.Key))
            : (await plans.GetAsync(bound.ResourceId, cancellationToken), null);

    private async Task<(PlanRecord? Plan, Problem? Problem)> PlanAsync(
        JobOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (order.Selection is not { } selection)
        {
            return (order.PlanId is { } id && JobRoute.IsPlan(id) ? await plans.GetAsync(id, cancellationToken) : null, null);
        }

        return await maker.MakeAsync(selection, client, cancellationToken) switch
        {
            PlanOutcome.Made made => (made.Plan, null),
            PlanOutcome.Refused refused => (null, refused.Problem),
            _ => throw new InvalidOperationException("The plan maker gave an unknown answer."),
        };
    }

    /// <summary>Said before a key is bound, so that the request can be put right and sent again with the same key.</summary>
    private Problem? Against(PlanRecord plan, JobOrder order) =>
        plan.JobId is not null ? null
        : plan.ExpiresAt <= time.GetUtcNow() ? JobProblems.PlanExpired(plan)
        : plan.Count == 0 ? JobProblems.NothingToDo(plan)
        : plan.Operation == JobOperation.Purge && !IsConfirmed(plan, order) ? JobProblems.ConfirmationNeeded(plan)
        : null;

    private static bool IsConfirmed(PlanRecord plan, JobOrder order) =>
        (order.Confirm ?? ConfirmedBy(plan.Options)) is { } said
        && (said == "purge" || said == plan.Count.ToString(CultureInfo.InvariantCulture));

    private static string? ConfirmedBy(string? options) =>
        StoredJson.Read(options) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("confirm", out var said) ? said.ToString() : null;
}

internal abstract record JobOutcome
{
    private JobOutcome()
    {
    }

    /// <summary>Stored; its orchestration has begun or soon will.</summary>
    public sealed record Started(JobRecord Job) : JobOutcome;

    public sealed record Refused(Problem Problem) : JobOutcome;
}
