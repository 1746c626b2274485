using Microsoft.DurableTask.Client;

namespace ReprocessingFunctions.Resets;

internal interface IWorkflowHistories
{
    /// <param name="client">Bound to the invocation that asks.</param>
    /// <exception cref="HistoryUnavailableException">There is none to be read.</exception>
    Task<WorkflowHistory> ReadAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken);
}
