using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Workflows;

namespace Reprocessing.Domain.Resets;

/// <summary>Which workflows a reset works on. Plan and job ask the same, so that a dry run lists what the job does.</summary>
/// <param name="Reapplies">Events that the old run had received are given to the new one.</param>
/// <param name="IncludeCompleted">Completed ones are run again too; nobody is to ship twice by a careless query.</param>
public sealed record ResetRule(ResetType Type, bool Reapplies = false, bool IncludeCompleted = false)
{
    /// <returns>Null when it can be reset; else why not.</returns>
    public ResetRefusal? Check(ResetSubject subject)
    {
        if (subject.IsMachinery)
        {
            return new(ItemReasons.NotResettable, $"{subject.InstanceId} is part of this application's own machinery; jobs and runs have controls of their own.");
        }

        if (subject.Status == WorkflowStatus.Completed && !IncludeCompleted)
        {
            return new(ItemReasons.Completed, $"{subject.InstanceId} is completed; say 'includeCompleted' to run it again.");
        }

        return subject.IsOrders ? CheckOrder(subject) : CheckOther(subject);
    }

    private ResetRefusal? CheckOrder(ResetSubject subject)
    {
        if (subject.Order is not { } order)
        {
            return new(ItemReasons.NotFound, $"The order of {subject.InstanceId} is not known.");
        }

        if (!string.Equals(order.WorkflowId, subject.InstanceId, StringComparison.Ordinal))
        {
            return new(ItemReasons.Superseded, $"Order {order.OrderId} belongs to workflow {order.WorkflowId ?? "(none)"}, not to {subject.InstanceId}.");
        }

        if (order.Phase == OrderPhase.Cancelled)
        {
            return new(ItemReasons.Cancelled, $"Order {order.OrderId} is cancelled.");
        }

        if (order.Phase == OrderPhase.Completed && !IncludeCompleted)
        {
            // Its workflow says so a moment later.
            return new(ItemReasons.Completed, $"Order {order.OrderId} is completed; say 'includeCompleted' to run it again.");
        }

        return Type == ResetType.LastContinuedAsNew
            ? new(ItemReasons.NeverContinued, $"{subject.InstanceId} has never continued as new.")
            : null;
    }

    private ResetRefusal? CheckOther(ResetSubject subject)
    {
        switch (Type)
        {
            case ResetType.LastWorkflowTask:
                return new(ItemReasons.NoCheckpoint, $"{subject.InstanceId} keeps no checkpoints; reset it to its beginning or its last continuation.");
            case ResetType.LastContinuedAsNew:
                return subject.Continuations is null or 0
                    ? new(ItemReasons.NeverContinued, $"{subject.InstanceId} has not continued as new, as far as is known.")
                    : null;
            default:
                if (subject.Continuations != 0 && !subject.HasOriginalInput)
                {
                    return new(ItemReasons.OriginalInputUnknown, $"What {subject.InstanceId} was first started with is not known any more: it has continued as new.");
                }

                return subject.Continuations != 0 && Reapplies
                    ? new(ItemReasons.EventsUnknown, $"The events of {subject.InstanceId} from before its last continuation are not known any more; reset it to that.")
                    : null;
        }
    }
}

/// <param name="Reason">From <see cref="ItemReasons"/>.</param>
/// <param name="Message">For people.</param>
public sealed record ResetRefusal(string Reason, string Message);
