using Microsoft.DurableTask;

namespace Embedded.DurableTask.Engine;

/// <summary>How user code is run.</summary>
internal interface ITaskExecutor
{
    IReadOnlyCollection<string> OrchestratorNames { get; }

    bool HasActivity(string name);

    /// <summary>
    /// Runs an orchestrator and returns its JSON result. Called on the turn's thread with the turn's synchronization context
    /// current; everything inside must stay on it.
    /// </summary>
    Task<string?> RunOrchestratorAsync(TaskOrchestrationContext context);

    /// <summary>Runs an activity and returns its JSON result.</summary>
    Task<string?> RunActivityAsync(ActivityRequest request, CancellationToken cancellationToken);
}
