using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Jobs;

namespace ReprocessingFunctions.Plans;

/// <summary>
/// Freezes a selection: its items first, its head last, which alone makes the plan exist. Every making has a key of its own, so
/// that neither one that died half way nor one that goes on at the same time leaves an item in another's plan.
/// </summary>
internal sealed class PlanMaker(
    IEnumerable<IPlanSelector> selectors,
    IPlanStore plans,
    IAuditLog audit,
    IOptions<PlanOptions> options,
    TimeProvider time,
    ILogger<PlanMaker> logger)
{
    private const int ChanceLength = 8;

    /// <summary>What can be planned, for those who name something else.</summary>
    public IReadOnlyList<JobOperation> Operations { get; } = [.. selectors.Select(selector => selector.Operation)];

    public int MaxItems => options.Value.MaxItems;

    /// <summary>What is wrong with the order as a whole; nothing is read for it.</summary>
    public Problem? Check(PlanOrder order) => SelectorOf(order.Operation).Check(order.Selection, order.Options);

    public async Task<PlanOutcome> MakeAsync(PlanOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var selector = SelectorOf(order.Operation);
        var now = time.GetUtcNow();
        var planId = JobIds.Plan(JobIds.NewKey(now, Guid.NewGuid().ToString("N")[..ChanceLength]));
        var counts = new PlanCounts();
        await foreach (var page in selector.SelectAsync(order.Selection, order.Options, client, cancellationToken))
        {
            if (counts.All + page.Count > MaxItems)
            {
                logger.PlanRefused(planId, MaxItems);
                return new PlanOutcome.Refused(Problems.SelectionTooLarge(MaxItems));
            }

            foreach (var item in page)
            {
                counts.Add(item);
            }

            await plans.AddItemsAsync(planId, page, cancellationToken);
        }

        var plan = new PlanRecord
        {
            PlanId = planId,
            Operation = order.Operation,
            RequestedBy = order.RequestedBy,
            CreatedAt = now,
            ExpiresAt = now + (order.Lifetime ?? options.Value.PlanLifetime),
            Selection = selector.Describe(order.Selection),
            Options = order.Options,
            Count = counts.Eligible,
            Hash = counts.Hash,
            CountByGroup = counts.Groups(),
            IneligibleByReason = counts.Reasons(),
        };
        await plans.CreateAsync(plan, cancellationToken);
        await audit.AddAsync(PlanAudit.Created(plan), cancellationToken);
        logger.PlanMade(planId, order.Operation, counts.Eligible, counts.All - counts.Eligible);
        return new PlanOutcome.Made(plan);
    }

    private IPlanSelector SelectorOf(JobOperation operation) =>
        selectors.FirstOrDefault(selector => selector.Operation == operation)
        ?? throw new ArgumentOutOfRangeException(nameof(operation), operation, "Nothing selects items for this operation.");
}

internal abstract record PlanOutcome
{
    private PlanOutcome()
    {
    }

    public sealed record Made(PlanRecord Plan) : PlanOutcome;

    public sealed record Refused(Problem Problem) : PlanOutcome;
}
