using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

/// <summary>
/// The events of one turn in order: OrchestratorStarted, what arrived, what the orchestrator asked for, and the ending if there
/// is one. A turn is committed as a whole or not at all.
/// </summary>
internal sealed record TurnRecord(IReadOnlyList<HistoryEvent> Events);
