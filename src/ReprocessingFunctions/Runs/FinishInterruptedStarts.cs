namespace ReprocessingFunctions.Runs;

internal sealed record FinishInterruptedStartsInput(string RunId);

/// <summary>A run's first work: what was to be started before it.</summary>
internal sealed class FinishInterruptedStarts(InterruptedStarts starts)
{
    [Function(nameof(FinishInterruptedStarts))]
    public Task<int> RunAsync(
        [ActivityTrigger] FinishInterruptedStartsInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        starts.FinishAsync(input.RunId, client, cancellationToken);
}
