using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Workflows;

namespace ReprocessingFunctions.Resets;

internal static class EngineStatus
{
    /// <summary>The engine's word in the index's; what it has no longer a word for is running.</summary>
    public static WorkflowStatus Of(OrchestrationRuntimeStatus status) => status switch
    {
        OrchestrationRuntimeStatus.Pending => WorkflowStatus.Pending,
        OrchestrationRuntimeStatus.Completed => WorkflowStatus.Completed,
        OrchestrationRuntimeStatus.Failed => WorkflowStatus.Failed,
        OrchestrationRuntimeStatus.Terminated => WorkflowStatus.Terminated,
        OrchestrationRuntimeStatus.Suspended => WorkflowStatus.Suspended,
        _ => WorkflowStatus.Running,
    };
}
