using Microsoft.Azure.Functions.Worker;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Observability;

namespace ReprocessingFunctions.DeadLetters.Reports;

/// <summary>
/// Counts the dead letters, so that the metrics have figures and that it is remembered when a kind of failure was resolved, though
/// nobody looks. A tick that was missed is made up for by the next.
/// </summary>
internal sealed class CountDeadLetters(IDeadLetterCensus census, DeadLetterMetrics metrics)
{
    [Function(nameof(CountDeadLetters))]
    public async Task RunAsync(
        [TimerTrigger($"%{CensusOptions.ScheduleSetting}%", UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken) =>
        metrics.Counted(await census.TakeAsync(cancellationToken));
}
