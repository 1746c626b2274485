using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using Reprocessing.Storage.Resets;
using Reprocessing.Storage.Workflows;

namespace ReprocessingFunctions.Resets;

/// <param name="Result">Null while the workflow's order is still to be reset.</param>
internal sealed record ItemDecision(ItemResult? Result, OrderReset? Order = null);

/// <summary>Resets one workflow, or finds that it is an order's. What is wrong with one is no matter of the others.</summary>
internal sealed class ItemReset(IWorkflowIndex index, WorkflowLook look, InstanceReset ofOthers, ILogger<ItemReset> logger)
{
    public Task<ItemDecision> ProcessAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken) =>
        GuardAsync(call, item, () => DecideAsync(call, item, cancellationToken));

    /// <summary>Only what this job has begun with: pending where it has not.</summary>
    public Task<ItemDecision> FinishAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken) => GuardAsync(
        call,
        item,
        async () => await GoOnAsync(call, item, cancellationToken)
            ?? (await LookAsync(call, item, cancellationToken) is { } found && DoneBefore(call, item, found) is { } done ? done : Pending(item)));

    private async Task<ItemDecision> DecideAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken)
    {
        if (await GoOnAsync(call, item, cancellationToken) is { } begun)
        {
            return begun;
        }

        if (await LookAsync(call, item, cancellationToken) is not { } found)
        {
            return new(new ItemResult(item.Id, ItemState.Skipped, ItemReasons.NotFound, $"There is no workflow {item.Id}."));
        }

        if (DoneBefore(call, item, found) is { } done)
        {
            return done;
        }

        if (found.Seen != item.Seen)
        {
            var message = $"{item.Id} is {found.Subject.Status} or another run by now.";
            return new(new ItemResult(item.Id, ItemState.Skipped, ItemReasons.ChangedSincePlan, message));
        }

        if (found.Check(call.Rule) is { } refusal)
        {
            var state = refusal.Reason == ItemReasons.HistoryUnavailable ? ItemState.Failed : ItemState.Skipped;
            return new(new ItemResult(item.Id, state, refusal.Reason, refusal.Message));
        }

        return found.Subject.Order is { } mine
            ? new(null, new(mine.OrderId, item.Id))
            : new(await ofOthers.BeginAsync(call, found, cancellationToken));
    }

    private async Task<ItemDecision?> GoOnAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken) =>
        await ofOthers.FindAsync(call.JobId, item.Id, cancellationToken) is { } begun
            ? new(await ofOthers.GoOnAsync(call, begun, cancellationToken))
            : null;

    private async Task<FoundWorkflow?> LookAsync(ResetCall call, ItemRef item, CancellationToken cancellationToken) =>
        await look.LookAsync(call.Client, item.Id, await index.GetAsync(item.Id, cancellationToken), cancellationToken);

    /// <summary>The same job may have been here before: the order tells, and answers as it did then.</summary>
    private static ItemDecision? DoneBefore(ResetCall call, ItemRef item, FoundWorkflow found) =>
        found.Subject.Order is { } order && order.Attempts.Any(attempt => attempt.RunId == call.JobId && attempt.JobItem == item.Id)
            ? new(null, new(order.OrderId, item.Id))
            : null;

    private async Task<ItemDecision> GuardAsync(ResetCall call, ItemRef item, Func<Task<ItemDecision>> act)
    {
        try
        {
            return await act();
        }
        catch (PreconditionFailedException)
        {
            // A call that was given up is at work on it all the same: it is looked at again.
            return Pending(item);
        }
        catch (Exception e) when (ItemFault.IsItsOwn(e))
        {
            logger.WorkflowNotReset(e, call.JobId, item.Id);
            return new(new ItemResult(item.Id, ItemState.Failed, ItemReasons.ProcessingFailed, e.Message));
        }
    }

    private static ItemDecision Pending(ItemRef item) => new(new ItemResult(item.Id, ItemState.Pending));
}
