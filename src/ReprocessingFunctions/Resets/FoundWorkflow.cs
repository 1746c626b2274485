using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Resets;
using Reprocessing.Domain.Workflows;

namespace ReprocessingFunctions.Resets;

/// <summary>A workflow as the engine, the index and its order tell of it at one moment.</summary>
/// <param name="Record">Null when the index does not know it.</param>
/// <param name="Unreadable">Set when the engine had to be asked for its history and does not show it.</param>
internal sealed record FoundWorkflow(OrchestrationMetadata Instance, WorkflowRecord? Record, ResetSubject Subject, string? Unreadable = null)
{
    /// <summary>An engine may set the time of creation anew with each continuation; the index tells one run from the next.</summary>
    public string Seen => WorkflowVersion.Of(Record?.StartTime ?? Instance.CreatedAt, Subject.Status);

    /// <summary>As people group workflows by: the name that the index has for it, or the orchestrator's.</summary>
    public string Type => Record?.Type ?? (Subject.IsOrders ? WorkflowTypes.OrderFulfillment : Instance.Name);

    public ResetRefusal? Check(ResetRule rule) => rule.Check(Subject) switch
    {
        // With its history unread it is not known how often it has continued, and the rule took that for the worst.
        { } when Unreadable is not null => new(Reprocessing.Domain.Jobs.ItemReasons.HistoryUnavailable, Unreadable),
        var refusal => refusal,
    };
}
