using Embedded.DurableTask.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Engine;

/// <summary>The orchestrator's code and what became of it.</summary>
internal sealed class Coroutine(ITaskExecutor executor, TaskOrchestrationContext context)
{
    /// <summary>Seen on the turn's thread only: a task that ends on another one is not taken for an end.</summary>
    public bool IsFinished { get; private set; }

    public string? Output { get; private set; }

    public FailureRecord? Failure { get; private set; }

    public async Task RunAsync()
    {
        try
        {
            Output = await executor.RunOrchestratorAsync(context);
        }
        catch (Exception exception)
        {
            Failure = FailureRecord.FromException(exception);
        }

        IsFinished = true;
    }
}
