namespace Reprocessing.Domain.Resets;

/// <summary>Which workflows can be reset. Plan and job use the same rule, so that a dry run lists what the job does.</summary>
/// <param name="IncludeCompleted">Off by default: a careless query must not ship an order twice.</param>
public sealed record ResetRule(ResetType Type, bool Reapplies = false, bool IncludeCompleted = false)
{
    public ResetRefusal? Check(ResetSubject subject) => subject switch
    {
        { IsSystem: true } =>
            new(ItemReasons.NotResettable, $"{subject.InstanceId} is part of this application's own machinery; jobs and runs have controls of their own."),
        { Status: WorkflowStatus.Completed } when !IncludeCompleted =>
            new(ItemReasons.Completed, $"{subject.InstanceId} is completed; say 'includeCompleted' to run it again."),
        { IsOrders: true } => CheckOrder(subject),
        _ => CheckOther(subject),
    };

    private ResetRefusal? CheckOrder(ResetSubject subject) => subject.Order switch
    {
        null => new(ItemReasons.NotFound, $"The order of {subject.InstanceId} is not known."),
        var order when !string.Equals(order.WorkflowId, subject.InstanceId, StringComparison.Ordinal) =>
            new(ItemReasons.Superseded, $"Order {order.OrderId} belongs to workflow {order.WorkflowId ?? "(none)"}, not to {subject.InstanceId}."),
        { Phase: OrderPhase.Cancelled } order => new(ItemReasons.Cancelled, $"Order {order.OrderId} is cancelled."),

        // Its workflow completes a moment later.
        { Phase: OrderPhase.Completed } order when !IncludeCompleted =>
            new(ItemReasons.Completed, $"Order {order.OrderId} is completed; say 'includeCompleted' to run it again."),
        _ when Type == ResetType.LastContinuedAsNew => new(ItemReasons.NeverContinued, $"{subject.InstanceId} has never continued as new."),
        _ => null,
    };

    private ResetRefusal? CheckOther(ResetSubject subject) => Type switch
    {
        ResetType.LastWorkflowTask =>
            new(ItemReasons.NoCheckpoint, $"{subject.InstanceId} keeps no checkpoints; reset it to its beginning or its last continuation."),
        ResetType.LastContinuedAsNew when subject.Continuations is null or 0 =>
            new(ItemReasons.NeverContinued, $"{subject.InstanceId} has not continued as new, as far as is known."),
        ResetType.FirstWorkflowTask when subject.Continuations != 0 && !subject.HasOriginalInput =>
            new(ItemReasons.OriginalInputUnknown, $"What {subject.InstanceId} was first started with is not known any more: it has continued as new."),
        ResetType.FirstWorkflowTask when subject.Continuations != 0 && Reapplies =>
            new(ItemReasons.EventsUnknown, $"The events of {subject.InstanceId} from before its last continuation are not known any more; reset it to that."),
        _ => null,
    };
}

public sealed record ResetRefusal(string Reason, string Message);

/// <summary>The point from which a workflow runs again, in Temporal's words.</summary>
[JsonConverter(typeof(EnumNameConverter<ResetType>))]
public enum ResetType
{
    [JsonStringEnumMemberName("FirstWorkflowTask")]
    FirstWorkflowTask,

    /// <summary>From the failed or last stage, by its checkpoint.</summary>
    [JsonStringEnumMemberName("LastWorkflowTask")]
    LastWorkflowTask,

    [JsonStringEnumMemberName("LastContinuedAsNew")]
    LastContinuedAsNew,
}

/// <param name="Status">As the engine reports it.</param>
/// <param name="Order">Null for a workflow of another type, or when the order is unknown.</param>
/// <param name="IsOrders">It belongs to an order, known or not.</param>
/// <param name="Continuations">How often it continued as new; null when unknown. Workflows of orders never do.</param>
public sealed record ResetSubject(
    string InstanceId,
    WorkflowStatus Status,
    Order? Order = null,
    bool IsOrders = false,
    int? Continuations = null,
    bool HasOriginalInput = false,
    bool IsSystem = false);

/// <summary>The version of a workflow that a plan compares: which run it was, and whether it was active or how it ended.</summary>
public static class WorkflowVersion
{
    /// <summary>Suspending and resuming does not change it.</summary>
    public static string Of(DateTimeOffset startedAt, WorkflowStatus status) => string.Create(
        CultureInfo.InvariantCulture,
        $"{startedAt.UtcTicks}|{(status is WorkflowStatus.Pending or WorkflowStatus.Running or WorkflowStatus.Suspended ? "active" : EnumNames.Of(status))}");
}
