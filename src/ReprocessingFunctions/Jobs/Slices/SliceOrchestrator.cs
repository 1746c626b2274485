namespace ReprocessingFunctions.Jobs.Slices;

/// <summary>
/// Works a job or a run off in slices of at most a thousand items, one slice a generation, so that the history stays small however
/// large it is. A selection that keeps failing fails the instance; what was done until then is in its custom status.
/// </summary>
internal static class SliceOrchestrator
{
    [Function(nameof(SliceOrchestrator))]
    public static async Task<ReprocessingResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<SliceInput>() ?? throw new ArgumentException($"{nameof(SliceOrchestrator)} needs an input.");
        using var loop = new SliceLoop(context, input);
        return await loop.RunAsync();
    }
}
