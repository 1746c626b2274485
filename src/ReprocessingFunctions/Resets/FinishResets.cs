using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using ReprocessingFunctions.Jobs.Requests;

namespace ReprocessingFunctions.Resets;

/// <summary>When jobs are looked after, so are the resets that they have left half done.</summary>
internal sealed class FinishResets(ResetSweep sweep)
{
    [Function(nameof(FinishResets))]
    public Task RunAsync(
        [TimerTrigger($"%{JobRequestOptions.ScheduleSetting}%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => sweep.RunAsync(client, cancellationToken);
}
