using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask;

namespace EndToEnd.Tests.Invariants;

/// <summary>An instance as it is stored, with the turns of its current generation.</summary>
internal sealed class RecordedInstance(
    InstanceHead head, IReadOnlyList<TurnRecord> turns, ITaskExecutor executor, DataConverter converter)
{
    /// <summary>However large a run is: a slice bounds what is recorded between two continuations.</summary>
    private const int MostEvents = 1_000;

    public string InstanceId => head.InstanceId;

    public bool IsWorkflow => head.Name == "OrderFulfillmentOrchestrator";

    public IEnumerable<string> Violations()
    {
        // A workflow never continues as new: a second generation is a second workflow under the same id.
        if (IsWorkflow && head.Generation != 0)
        {
            yield return $"{InstanceId} was started {head.Generation + 1} times";
        }

        if (head.Version.Length == 0)
        {
            yield return $"{InstanceId} does not say which version it runs";
        }

        var events = turns.Sum(turn => turn.Events.Count);
        if (events >= MostEvents)
        {
            yield return $"{InstanceId} has a history of {events} events";
        }

        if (Replay() is { } difference)
        {
            yield return difference;
        }
    }

    private string? Replay()
    {
        var identity = new OrchestrationIdentity(
            head.Name, head.InstanceId, head.Generation, head.Version, head.Parent?.Name, head.Parent?.InstanceId, head.Tags);
        try
        {
            HistoryReplay.Verify(identity, turns, executor, converter);
            return null;
        }
        catch (HistoryMismatchException exception)
        {
            return exception.Message;
        }
    }
}
