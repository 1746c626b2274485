using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>One instance of a <see cref="Simulation"/> with all that it has committed.</summary>
internal sealed class SimulatedInstance(OrchestrationIdentity identity)
{
    public OrchestrationIdentity Identity { get; private set; } = identity;

    public List<HistoryEvent> Inbox { get; } = [];

    /// <summary>The history of each generation.</summary>
    public List<(OrchestrationIdentity Identity, List<TurnRecord> Turns)> Generations { get; } = [];

    public List<TurnRecord> Turns => Generations[^1].Turns;

    public OrchestrationSession? Session { get; set; }

    public OrchestrationEnding? Ending { get; set; }

    public (SimulatedInstance Instance, int Generation, int TaskId)? Parent { get; set; }

    public string? CustomStatus { get; private set; }

    public bool IsSuspended { get; private set; }

    public string? Output => Assert.IsType<OrchestrationEnding.Completed>(Ending).Output;

    public OrchestrationEnding.Failed Failed => Assert.IsType<OrchestrationEnding.Failed>(Ending);

    public IEnumerable<HistoryEvent> Events => Turns.SelectMany(static turn => turn.Events);

    public void Begin(OrchestrationIdentity generation)
    {
        Identity = generation;
        Session = null;
        Generations.Add((generation, []));
    }

    public void Commit(TurnResult result)
    {
        // Through the stored form: what a replay sees is what a store gives back.
        Turns.Add(new TurnRecord(HistoryCodec.Deserialize(HistoryCodec.Serialize(result.Record.Events))));
        CustomStatus = result.CustomStatusJson;
        IsSuspended = result.IsSuspended;
    }
}
