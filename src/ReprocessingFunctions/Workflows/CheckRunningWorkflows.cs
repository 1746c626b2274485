using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace ReprocessingFunctions.Workflows;

/// <summary>Looks whether the workflows that should be running are. A tick that was missed is made up for by the next.</summary>
internal sealed class CheckRunningWorkflows(WorkflowCheck check)
{
    [Function(nameof(CheckRunningWorkflows))]
    public Task RunAsync(
        [TimerTrigger($"%{WorkflowOptions.ScheduleSetting}%", UseMonitor = false)] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => check.RunAsync(client, cancellationToken);
}
