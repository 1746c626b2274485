using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Runs;

namespace ReprocessingFunctions.Runs;

internal sealed record ReadRunProgressInput(string InstanceId);

internal sealed record RunProgress(ReprocessingResult? Result);

/// <summary>What a run's orchestration had done when it last said so.</summary>
internal static class ReadRunProgress
{
    [Function(nameof(ReadRunProgress))]
    public static async Task<RunProgress> RunAsync(
        [ActivityTrigger] ReadRunProgressInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(input.InstanceId, getInputsAndOutputs: true, cancellationToken);
        return new(instance.ReadRunStatus()?.Result);
    }
}
