using Reprocessing.Domain.Workflows;
using ReprocessingFunctions.Orders;

namespace ReprocessingFunctions.Workflows;

/// <summary>A workflow as this API shows it.</summary>
/// <param name="Status">What the engine says, as far as is known.</param>
/// <param name="OrderStatus">The order's, while this is its latest workflow; later the one in which it left the order.</param>
/// <param name="Continuations">How often the run has continued as new.</param>
/// <param name="PreviousInstance">The instance whose work this one goes on with; its own id when the same instance was run again.</param>
/// <param name="ResetReason">Why it was run again.</param>
/// <param name="Links">By relation: self, previous and next; of an order's workflow also order and timeline.</param>
internal sealed record WorkflowAnswer(
    string InstanceId,
    string Type,
    WorkflowStatus Status,
    DateTimeOffset StartTime,
    DateTimeOffset? CloseTime,
    string? OrderId,
    string? OrderStatus,
    string? CustomerId,
    int RetryCount,
    int Generation,
    int Continuations,
    string? PreviousInstance,
    string? NextInstance,
    string? ResetReason,
    string? ResetJobId,
    IReadOnlyDictionary<string, string> Links)
{
    public static string Path(string instanceId) => $"/api/workflows/{Uri.EscapeDataString(instanceId)}";

    /// <param name="linkTo">From a path to an address.</param>
    public static WorkflowAnswer Of(WorkflowRecord record, Func<string, string> linkTo) => new(
        record.InstanceId,
        record.Type,
        record.Status,
        record.StartTime,
        record.CloseTime,
        record.OrderId,
        record.OrderStatus,
        record.CustomerId,
        record.RetryCount,
        record.Generation,
        record.Continuations,
        record.PreviousInstance,
        record.NextInstance,
        record.ResetReason,
        record.ResetJobId,
        LinksOf(record).ToDictionary(link => link.Relation, link => linkTo(link.Path)));

    private static IEnumerable<(string Relation, string Path)> LinksOf(WorkflowRecord record)
    {
        yield return ("self", Path(record.InstanceId));
        if (record.OrderId is { } orderId)
        {
            yield return ("order", OrderAnswer.Path(orderId));
            yield return ("timeline", $"{OrderAnswer.Path(orderId)}/timeline");
        }

        if (record.PreviousInstance is { } previous)
        {
            yield return ("previous", Path(previous));
        }

        if (record.NextInstance is { } next)
        {
            yield return ("next", Path(next));
        }
    }
}
