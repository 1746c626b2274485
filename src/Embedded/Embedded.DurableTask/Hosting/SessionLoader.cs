using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>Brings orchestrators back into memory.</summary>
internal sealed class SessionLoader(HubServices hub, ILoggerFactory loggerFactory)
{
    /// <summary>The session for the busy turn.</summary>
    public async Task<OrchestrationSession> LoadAsync(ActiveInstance instance, TurnStart start)
    {
        var head = start.Head;
        var isFirst = start.Execution != head.Generation || !head.HasBegun;
        var turns = isFirst ? [] : await ReadTurnsAsync(head, hub.Life.Abandoned);
        var version = start.Arrived.Select(static arrival => arrival.Event).OfType<ExecutionStarted>().FirstOrDefault()?.Version;
        return Load(head, instance.Execution, version ?? head.Version, turns);
    }

    public OrchestrationSession Load(InstanceHead head, int execution, string version, IReadOnlyList<TurnRecord> turns)
    {
        var session = new OrchestrationSession(
            new OrchestrationIdentity(
                head.Name, head.InstanceId, execution, version, head.Parent?.Name, head.Parent?.InstanceId, head.Tags),
            hub.Executor,
            hub.Options.DataConverter,
            loggerFactory);
        if (turns.Count > 0)
        {
            session.Replay(turns);
        }

        return session;
    }

    public async Task<IReadOnlyList<TurnRecord>> ReadTurnsAsync(
        InstanceHead head, CancellationToken cancellationToken, int attempts = int.MaxValue) => HistoryText.Turns(
        head.HistoryRows == 0
            ? []
            : await hub.Retry.AskAsync(
                ask => hub.Store.ReadHistoryAsync(head.InstanceId, head.Generation, head.HistoryRows, ask), cancellationToken, attempts),
        head.Recent);
}
