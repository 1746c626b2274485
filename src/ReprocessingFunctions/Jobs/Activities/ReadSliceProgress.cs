namespace ReprocessingFunctions.Jobs.Activities;

internal sealed record ReadSliceProgressInput(string JobId, string InstanceId);

/// <param name="Result">Null when the instance has not said anything.</param>
/// <param name="RampStep">From 1; null when there is no ramp, or when it is over.</param>
/// <param name="Running">Items that were started and whose outcome is waited for.</param>
internal sealed record SliceProgress(ReprocessingResult? Result, int? RampStep, JobControl? Control, IReadOnlyList<ItemRef> Running)
{
    public static SliceProgress None { get; } = new(null, null, null, []);
}

/// <summary>What an orchestration had done when it last said so, and what it was waiting for by the stored rows.</summary>
internal sealed class ReadSliceProgress(IJobStore jobs)
{
    [Function(nameof(ReadSliceProgress))]
    public async Task<SliceProgress> RunAsync(
        [ActivityTrigger] ReadSliceProgressInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var status = (await client.GetInstanceAsync(input.InstanceId, getInputsAndOutputs: true, cancellationToken)).ReadJobStatus();
        var job = await jobs.GetAsync(input.JobId, cancellationToken);
        var running = await jobs.ListItemsAsync(input.JobId, ItemState.Running, SliceSizes.JobUnderWay, token: null, cancellationToken);
        return new(
            status?.Result,
            status?.RampStep,
            job?.Control,
            [.. running.Items.Select(item => new ItemRef(item.Id, item.Seen) { Attempt = Math.Max(1, item.Attempts) })]);
    }
}
