using Reprocessing.Domain.Resets;

namespace Reprocessing.Storage.Resets;

/// <summary>Takes orders back to an earlier point of their workflow; a dead letter that is open is resolved with it.</summary>
public interface IOrderResets
{
    /// <summary>
    /// Decided on the orders as they are stored at that moment. The same job again changes nothing and is answered the same. The
    /// caller ends the old workflows and starts those of <see cref="ActedItem.Start"/>; a start that it does not get to is found among
    /// the pending ones by the next run.
    /// </summary>
    /// <returns>A result an order, in the order given; its id is the order's.</returns>
    Task<IReadOnlyList<ActedItem>> ResetAsync(AuditedAction act, ResetRule rule, IReadOnlyList<OrderReset> workflows, CancellationToken cancellationToken);
}

/// <param name="WorkflowId">The workflow that is to be reset; only the order's own is.</param>
public sealed record OrderReset(string OrderId, string WorkflowId);

internal sealed class OrderResets(StorageTables tables, TimeProvider time) : IOrderResets
{
    private readonly DeedRunner _runner = new(tables);

    public Task<IReadOnlyList<ActedItem>> ResetAsync(
        AuditedAction act, ResetRule rule, IReadOnlyList<OrderReset> workflows, CancellationToken cancellationToken) => _runner.RunAsync(
            [.. workflows.Select(workflow => new ItemRef(workflow.OrderId, workflow.WorkflowId))],
            withInput: true,
            new ResetDeed(act, rule, time.GetUtcNow()).Decide,
            cancellationToken);
}

/// <summary>One order's workflow is taken back. What the plan has seen of the item is the workflow's id.</summary>
internal sealed class ResetDeed(AuditedAction act, ResetRule rule, DateTimeOffset now)
{
    public Deed Decide(DeedSubject subject) => DoneBefore(subject) ?? Leased(subject) ?? Reset(subject);

    private Deed.Settled? DoneBefore(DeedSubject subject)
    {
        var stored = subject.Stored!;
        if (stored.Order.Attempts.FirstOrDefault(attempt => attempt.RunId == act.JobId && attempt.JobItem == subject.Item.Seen) is not { } made)
        {
            return null;
        }

        var isWaiting = stored.Order.Phase == OrderPhase.PendingRetry && stored.Order.WorkflowId == made.WorkflowId;
        var settled = Deed.Settle(subject, Started(stored.Order, made.WorkflowId));
        return new(settled.Item with { Start = isWaiting ? stored.ReadStart() : null });
    }

    private Deed.Settled? Leased(DeedSubject subject) => subject.Stored!.Order.Lease is { } lease && lease.Excludes(act.Owner, now)
        ? Deed.Skip(subject, ItemReasons.Leased, $"Order {subject.Id} belongs to {lease.Owner} until {lease.Until:O}.")
        : null;

    private Deed Reset(DeedSubject subject)
    {
        var transition = ResetTransitions.Reset(subject.Stored!.Order, subject.Item.Seen, rule, act, now);
        if (transition is not Transition.Applied applied)
        {
            var refused = (Transition.Refused)transition;
            return Deed.Skip(subject, ReasonOf(refused, subject.Stored.Order), refused.Message);
        }

        // Read before anything is stored: an order that cannot be started must not be reset.
        var start = subject.Stored.StartOf(applied.Order);
        var actions = new OrderChange(subject.Partition, subject.Stored, applied.Order, applied.Events, null).Actions();
        var entry = subject.Letter?.Entry;
        if (entry is { Resolution: null })
        {
            entry = entry.Resolve(DeadLetterResolution.ManualRetry, act, applied.Order, now);
            actions.Add(DeadLetterChange.Update(subject.Partition, subject.Letter!, entry));
        }

        return new Deed.Act(
            new ActedItem(Started(applied.Order, start.WorkflowId)) { Start = start, Order = applied.Order, Entry = entry }, actions);
    }

    private static string ReasonOf(Transition.Refused refused, Order order) =>
        refused.Reason != Refusal.Ended ? EnumNames.Of(refused.Reason)
        : order.Phase == OrderPhase.Completed ? ItemReasons.Completed
        : ItemReasons.Cancelled;

    private static ItemResult Started(Order order, string workflowId) => new(order.OrderId, ItemState.Succeeded)
    {
        WorkflowId = workflowId,
        Fingerprint = order.Attempts
            .TakeWhile(attempt => attempt.WorkflowId != workflowId)
            .LastOrDefault(attempt => attempt.Failure is not null)?.Failure?.Fingerprint,
    };
}
