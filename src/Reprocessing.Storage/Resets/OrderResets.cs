using Reprocessing.Domain.Resets;

namespace Reprocessing.Storage.Resets;

/// <summary>Resets orders to an earlier point of their workflow, and resolves an open dead letter with it.</summary>
public interface IOrderResets
{
    /// <summary>
    /// A repeated call changes nothing and returns the same. The caller ends the old workflows and starts those of <see cref="CommandResult.Start"/>.
    /// </summary>
    /// <returns>A result an order, in the order given; its id is the order's.</returns>
    Task<IReadOnlyList<CommandResult>> ResetAsync(AuditedAction act, ResetRule rule, IReadOnlyList<OrderReset> workflows, CancellationToken cancellationToken);
}

/// <param name="WorkflowId">Refused unless it is the order's current workflow.</param>
public sealed record OrderReset(string OrderId, string WorkflowId);

internal sealed class OrderResets(StorageTables tables, TimeProvider time) : IOrderResets
{
    private readonly CommandHandler _handler = new(tables);

    public Task<IReadOnlyList<CommandResult>> ResetAsync(
        AuditedAction act, ResetRule rule, IReadOnlyList<OrderReset> workflows, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return _handler.HandleAsync(
            [.. workflows.Select(workflow => new ItemRef(workflow.OrderId, workflow.WorkflowId))],
            withInput: true,
            context => Decide(context, act, rule, now),
            cancellationToken);
    }

    private static Decision Decide(CommandContext context, AuditedAction act, ResetRule rule, DateTimeOffset now)
    {
        var (order, workflowId) = (context.Order, context.Item.ExpectedVersion);
        if (order.Attempts.FirstOrDefault(attempt => attempt.RunId == act.JobId && attempt.JobItem == workflowId) is { } made)
        {
            return context.StartedBefore(made.WorkflowId);
        }

        if (context.CheckLease(act.Owner, now) is { } leased)
        {
            return leased;
        }

        var transition = ResetTransitions.Reset(order, workflowId, rule, act, now);
        if (transition is Transition.Applied applied)
        {
            var open = context.Letter?.Entry is { Resolution: null } entry ? entry : null;
            return context.Start(applied, open?.Resolve(DeadLetterResolution.ManualRetry, act, applied.Order, now));
        }

        var refused = (Transition.Refused)transition;
        var reason = refused.Reason != Refusal.Ended ? EnumNames.Of(refused.Reason)
            : order.Phase == OrderPhase.Completed ? ItemReasons.Completed
            : ItemReasons.Cancelled;
        return context.Skip(reason, refused.Message);
    }
}
