using Reprocessing.Testing.Replay;

namespace EndToEnd.Tests.Invariants;

/// <summary>What must hold of an orchestration as the engine has recorded it.</summary>
internal sealed class InstanceInvariants(HistoryReplay replay)
{
    /// <summary>However large a run is: a slice bounds what is recorded between two continuations.</summary>
    private const int MostEvents = 1_000;

    private const string Workflow = "OrderFulfillmentOrchestrator";

    public static bool IsWorkflow(RecordedInstance instance) => instance.Orchestrator == Workflow;

    /// <param name="starts">How often it was started; null where the engine does not say.</param>
    public IEnumerable<string> Violations(RecordedInstance instance, int? starts)
    {
        if (IsWorkflow(instance) && starts > 1)
        {
            yield return $"{instance.InstanceId} was started {starts} times";
        }

        if (string.IsNullOrEmpty(instance.Version))
        {
            yield return $"{instance.InstanceId} does not say which version it runs";
        }

        if (instance.History.Count >= MostEvents)
        {
            yield return $"{instance.InstanceId} has a history of {instance.History.Count} events";
        }

        if (replay.FindDifference(instance.Orchestrator, Turn.LastOf(instance)) is { } difference)
        {
            yield return difference;
        }
    }
}
