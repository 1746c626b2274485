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

/// <summary>The point from which a workflow is run again; in the words of those who have used batch resets before.</summary>
[JsonConverter(typeof(EnumNameConverter<ResetType>))]
public enum ResetType
{
    /// <summary>From the very beginning, with the input that the workflow was first started with.</summary>
    [JsonStringEnumMemberName("FirstWorkflowTask")]
    FirstWorkflowTask,

    /// <summary>From the failed or last stage, by its checkpoint.</summary>
    [JsonStringEnumMemberName("LastWorkflowTask")]
    LastWorkflowTask,

    /// <summary>From the last time that it continued as new, with the input of that continuation.</summary>
    [JsonStringEnumMemberName("LastContinuedAsNew")]
    LastContinuedAsNew,
}

/// <summary>What is known of a workflow when it is decided whether it can be reset.</summary>
/// <param name="Status">By the engine.</param>
public sealed record ResetSubject(string InstanceId, WorkflowStatus Status)
{
    /// <summary>The order that it works on or worked on; null of a workflow of another type.</summary>
    public Order? Order { get; init; }

    /// <summary>It belongs to an order, whether that is known or not.</summary>
    public bool IsOrders { get; init; }

    /// <summary>How often it has continued as new; null when nobody knows. Workflows of orders never do.</summary>
    public int? Continuations { get; init; }

    /// <summary>What it was first started with is kept somewhere.</summary>
    public bool HasOriginalInput { get; init; }

    /// <summary>The application's own machinery, which has controls of its own.</summary>
    public bool IsMachinery { get; init; }
}

/// <summary>What a plan remembers of a workflow: which run it was, and whether that was at work or how it had ended.</summary>
public static class ResetSeen
{
    private const string Active = "active";

    public static string Of(DateTimeOffset startedAt, WorkflowStatus status) =>
        string.Create(CultureInfo.InvariantCulture, $"{startedAt.UtcTicks}|{ClassOf(status)}");

    /// <summary>One that is suspended or resumed in between is still the same: its run goes on.</summary>
    private static string ClassOf(WorkflowStatus status) =>
        status is WorkflowStatus.Pending or WorkflowStatus.Running or WorkflowStatus.Suspended ? Active : StableNames.Of(status);
}
