using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Reprocessing.Storage.Outcomes;
using Reprocessing.Storage.Workflows;

namespace ReprocessingFunctions.Jobs;

/// <summary>
/// Carries the ends of restarted workflows to the jobs and runs that asked for them, and all news of workflows to their index. A tick that was missed is made up for by the
/// next, so the host need not remember them.
/// </summary>
internal sealed class FoldOutcomes(IOutcomes outcomes, IWorkflowIndex workflows, ILogger<FoldOutcomes> logger)
{
    [Function(nameof(FoldOutcomes))]
    public async Task RunAsync(
        [TimerTrigger($"%{OutcomeOptions.ScheduleSetting}%", UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken)
    {
        var count = await outcomes.FoldAsync(cancellationToken);
        if (count > 0)
        {
            logger.OutcomesFolded(count);
        }

        await workflows.FoldAsync(cancellationToken);
    }
}
