using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

/// <summary>A recorded turn taken apart.</summary>
internal sealed record TurnParts(
    DateTime NowUtc, IReadOnlyList<ArrivedEvent> Arrived, IReadOnlyList<CommandEvent> Commands, HistoryEvent? Ending)
{
    /// <exception cref="HistoryFormatException">The events are not in the order in which a turn writes them.</exception>
    public static TurnParts Of(TurnRecord turn)
    {
        if (turn.Events is not [OrchestratorStarted started, ..])
        {
            throw new HistoryFormatException("A recorded turn must begin with OrchestratorStarted.");
        }

        List<ArrivedEvent> arrived = [];
        List<CommandEvent> commands = [];
        HistoryEvent? ending = null;
        foreach (var recorded in turn.Events.Skip(1))
        {
            switch (recorded)
            {
                case ArrivedEvent arrival when commands.Count == 0 && ending is null:
                    arrived.Add(arrival);
                    break;
                case CommandEvent command when ending is null:
                    commands.Add(command);
                    break;
                case ExecutionCompleted or ContinuedAsNew when ending is null:
                    ending = recorded;
                    break;
                default:
                    throw new HistoryFormatException($"{recorded.GetType().Name} is out of place in a recorded turn.");
            }
        }

        return new TurnParts(started.Timestamp, arrived, commands, ending);
    }
}
