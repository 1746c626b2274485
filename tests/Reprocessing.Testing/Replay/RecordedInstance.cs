using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace Reprocessing.Testing.Replay;

/// <summary>An instance with the history that its engine has recorded since its start or its last continuation.</summary>
internal sealed record RecordedInstance(string InstanceId, IReadOnlyList<HistoryEvent> History)
{
    public string Orchestrator => Start.Name;

    public string? Version => Start.Version;

    private ExecutionStartedEvent Start => History.OfType<ExecutionStartedEvent>().First();

    /// <summary>All instances of a hub that have had a turn.</summary>
    public static async Task<IReadOnlyList<RecordedInstance>> ReadAllAsync(DurableTaskClient client, CancellationToken cancellationToken = default)
    {
        List<RecordedInstance> all = [];
        await foreach (var instance in client.GetAllInstancesAsync(new OrchestrationQuery()).WithCancellation(cancellationToken))
        {
            var history = await client.GetOrchestrationHistoryAsync(instance.InstanceId, cancellationToken);
            if (history.Count > 0)
            {
                all.Add(new(instance.InstanceId, [.. history]));
            }
        }

        return all;
    }
}
