namespace Embedded.DurableTask.Hosting;

/// <summary>The workers that run turns.</summary>
internal sealed class OrchestrationPump(int workers, ReadyQueue ready, TurnRunner runner, HubLife life)
{
    private Task _loops = Task.CompletedTask;

    public void Start() => _loops = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Background.Start(WorkAsync)));

    /// <summary>Done when no turn runs any more; what they gave to the committers may be under way.</summary>
    public Task WhenStopped => _loops;

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var instance in ready.TakeAllAsync(life.Working))
            {
                await runner.RunAsync(instance);
            }
        }
        catch (OperationCanceledException) when (life.Working.IsCancellationRequested)
        {
        }
    }
}
